module hobnob

go 1.19
