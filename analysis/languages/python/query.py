"""What the extractor wants to see of a Python file. Captures come grouped by name, each group in source order."""

QUERY = """
(function_definition) @function
(class_definition) @class
(decorator) @decorator
(import_statement) @import
(import_from_statement) @from

(call) @call
(attribute object: (identifier)) @attribute
(decorator (identifier) @name)
(class_definition superclasses: (argument_list (identifier) @name))
(call arguments: (argument_list (identifier) @name))
(keyword_argument value: (identifier) @name)
(assignment right: (identifier) @name)
(pair value: (identifier) @name)
(list (identifier) @name)
(tuple (identifier) @name)
(return_statement (identifier) @name)
(except_clause (identifier) @name)
(except_clause (as_pattern (identifier) @name))

(assignment) @assignment
(augmented_assignment left: (_) @target)
(for_statement left: (_) @target)
(for_in_clause left: (_) @target)
(as_pattern_target) @target
(named_expression name: (_) @target)
(lambda_parameters) @target
(case_pattern) @target
(type_alias_statement left: (_) @target)
(global_statement) @global
(nonlocal_statement) @nonlocal

(yield) @yield
(return_statement (_) @returned)
(if_statement) @branch
(while_statement) @branch
(for_statement) @branch
(with_statement) @branch
(match_statement) @branch
(try_statement) @try
"""

#: The captures, all of which the extractor walks through.
KINDS = frozenset({
    "function", "class", "decorator", "import", "from", "call", "attribute", "name", "assignment", "target", "global",
    "nonlocal", "yield", "returned", "branch", "try",
})  # fmt: skip
