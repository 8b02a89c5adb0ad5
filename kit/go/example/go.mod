module example

go 1.19

require hobnob v0.0.0

replace hobnob => ../
