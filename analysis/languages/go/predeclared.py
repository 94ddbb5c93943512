"""Names that mean something without any import."""

TYPES = frozenset({
    "any", "bool", "byte", "comparable", "complex128", "complex64", "error", "float32", "float64", "int", "int16",
    "int32", "int64", "int8", "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
})  # fmt: skip
FUNCTIONS = frozenset({
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new",
    "panic", "print", "println", "real", "recover",
})  # fmt: skip
PREDECLARED = TYPES | FUNCTIONS | {"true", "false", "nil", "iota"}
#: Those that packages do give another meaning to.
_TAKEN = frozenset({"clear", "close", "copy", "max", "min", "print", "println"})
#: A use of one of these says nothing about the code of a repository.
SILENT = PREDECLARED - _TAKEN
