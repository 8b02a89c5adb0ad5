/* SPDX-License-Identifier: MIT */
/* test_money: exact decimals. */
#include "../unit.h"

#include "util/money.h"

struct parsed {
	const char *text;
	int64_t pico;
};

static const struct parsed parsed[] = {
	{ "0", 0 },
	{ "1", PICO_PER_USD },
	{ "0.05", 50000000000 },
	{ "1e-05", 10000000 },
	{ "1E+2", 100 * PICO_PER_USD },
	{ ".5", 500000000000 },
	{ "000.10", 100000000000 },
	{ "0.000012", 12000000 },
	{ "5e-13", 0 },
	{ "15e-13", 2 },
	{ "0.0000000000005", 0 },
	{ "0.0000000000015", 2 },
	{ "0.0000000000025", 2 },
	{ "0.00000000000250001", 3 },
	{ "0.00000000000249999", 2 },
	{ "0.0000000000006", 1 },
	{ "9223372.036854775807", INT64_MAX },
	{ "0.00000019", 190000 },
	{ "1E-12", 1 },
	{ "1.5e1", 15 * PICO_PER_USD },
	{ "6e-13", 1 },
	{ "9e-14", 0 },
	{ "0e99", 0 },
	{ "0e999999999999", 0 },
	{ "1e-999999999999", 0 },
	{ "0.0000000000000000000000000000000000001e25", 1 },
	{ "123456789012345678901234567890e-30", 123456789012 },
	/* refused */
	{ "", -1 },
	{ ".", -1 },
	{ "5.", -1 }, /* what was cut off after the point is not known */
	{ "1.", -1 },
	{ "0.", -1 },
	{ "1.e2", -1 },
	{ "1.2.3", -1 },
	{ "-1", -1 },
	{ "-0", -1 },
	{ "+1", -1 },
	{ "1e", -1 },
	{ "1e+", -1 },
	{ " 1", -1 },
	{ "1 ", -1 },
	{ "0x10", -1 },
	{ "nan", -1 },
	{ "inf", -1 },
	{ "1,5", -1 },
	{ "1e2.5", -1 },
	{ "$1", -1 },
	{ "9223372.036854775808", -1 },
	{ "9223372.0368547758075", -1 },
	{ "1e7", -1 },
	{ "1e999999999999", -1 },
};

/* Every row of the table above. */
START_TEST(parses)
{
	for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
		int64_t pico = 77;
		int rc = money_parse(str_of(parsed[i].text), &pico);
		ck_assert_msg(pico == parsed[i].pico, "%s: %lld", parsed[i].text, (long long)pico);
		ck_assert_int_eq(rc, parsed[i].pico < 0 ? -1 : 0);
	}
	int64_t pico;
	ck_assert_int_eq(money_parse((hn_str){ NULL, 0 }, &pico), -1);
}
END_TEST

/* Prices a token: 1 USD/Mtok is 10^6 pico-dollars; what is finer is refused. */
START_TEST(prices)
{
	int64_t p;
	ck_assert_int_eq(money_parse_price(str_of("1"), &p), 0);
	ck_assert_int_eq(p, PICO_PER_TOKEN_USD_MTOK);
	ck_assert_int_eq(money_parse_price(str_of("0.05"), &p), 0);
	ck_assert_int_eq(p, 50000);
	ck_assert_int_eq(money_parse_price(str_of("0.000001000"), &p), 0);
	ck_assert_int_eq(p, 1);
	ck_assert_int_eq(money_parse_price(str_of("0.0000015"), &p), -1);
	ck_assert_int_eq(p, MONEY_UNKNOWN);
	ck_assert_int_eq(money_parse_price(str_of("1e14"), &p), -1);
	ck_assert_int_eq(p, MONEY_UNKNOWN);
}
END_TEST

/* Text without exponent or trailing zeros. */
START_TEST(texts)
{
	char out[32];
	ck_assert_str_eq(money_text(0, out), "0");
	ck_assert_str_eq(money_text(12000000, out), "0.000012");
	ck_assert_str_eq(money_text(3 * PICO_PER_USD, out), "3");
	ck_assert_str_eq(money_text(1, out), "0.000000000001");
	ck_assert_str_eq(money_text(10 * PICO_PER_USD + PICO_PER_USD / 2, out), "10.5");
	ck_assert_str_eq(money_text(INT64_MAX, out), "9223372.036854775807");
	ck_assert_str_eq(money_text(MONEY_UNKNOWN, out), "");
	ck_assert_str_eq(money_short(12000000, out), "0.000012");
	ck_assert_str_eq(money_short(PICO_PER_USD / 10000, out), "0.0001");
	ck_assert_str_eq(money_short(PICO_PER_USD / 8, out), "0.1250");
	ck_assert_str_eq(money_short(PICO_PER_USD - 1, out), "1.0000");
	ck_assert_str_eq(money_short(INT64_MAX, out), "9223372.0369");
}
END_TEST

/* Arithmetic knows what is unknown and what is too much. */
START_TEST(arithmetic)
{
	ck_assert_int_eq(money_mul(50000, 3), 150000);
	ck_assert_int_eq(money_mul(MONEY_UNKNOWN, 3), MONEY_UNKNOWN);
	ck_assert_int_eq(money_mul(3, -1), MONEY_UNKNOWN);
	ck_assert_int_eq(money_mul(INT64_MAX, 2), MONEY_UNKNOWN);
	ck_assert_int_eq(money_add(1, 2), 3);
	ck_assert_int_eq(money_add(1, MONEY_UNKNOWN), MONEY_UNKNOWN);
	ck_assert_int_eq(money_add(INT64_MAX, 1), MONEY_UNKNOWN);
	ck_assert_int_eq(money_add(INT64_MAX, 0), INT64_MAX);
}
END_TEST

UNIT_MAIN("money", parses, prices, texts, arithmetic)
