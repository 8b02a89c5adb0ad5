// SPDX-License-Identifier: MIT
// count: writes into each sample's "%%" line how many tokens o200k_base and cl100k_base make of it.
// For maintainers, after a sample was added or changed, with `npm install gpt-tokenizer` in a folder
// of their own: cd THAT_FOLDER && node .../tests/data/tokens/count.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'count.mjs'));
const options = { disallowedSpecial: new Set() };

function vocabulary(name) {
  try {
    return require(`gpt-tokenizer/encoding/${name}`).countTokens;
  } catch (error) {
    console.error(`count: ${name} cannot be loaded (${error.code ?? error.message}): run "npm install ` +
      'gpt-tokenizer" in a folder outside the tree and start this script from there');
    process.exit(1);
  }
}

const vocabularies = ['o200k_base', 'cl100k_base'].map(vocabulary);
const here = import.meta.dirname;
for (const name of readdirSync(here).filter((each) => each.endsWith('.txt'))) {
  const samples = readFileSync(join(here, name), 'utf8').split(/^%%.*\n/m).slice(1);
  const text = samples.map((sample) => {
    // The line feed in front of the next "%%" is not the sample's own.
    const counts = vocabularies.map((count) => count(sample.slice(0, -1), options));
    return `%% ${counts.join(' ')}\n${sample}`;
  });
  writeFileSync(join(here, name), text.join(''));
}
