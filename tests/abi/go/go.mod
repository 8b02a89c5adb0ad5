module hobnob.example/provider

go 1.19
