"""What the extractor wants to see of a Python file. Captures come grouped by name, each group in source order."""

QUERY = """
(function_definition) @function
(class_definition) @class
(decorator) @decorator
(import_statement) @import
(import_from_statement) @from

(call) @call
(await (call) @awaited)
(expression_statement (call) @discarded)
(attribute object: (call) @dereferenced)
(subscript value: (call) @dereferenced)
(comparison_operator (call) @dereferenced)
(binary_operator (call) @dereferenced)
(boolean_operator (call) @dereferenced)
(not_operator (call) @dereferenced)
(unary_operator (call) @dereferenced)
(if_statement condition: (call) @dereferenced)
(while_statement condition: (call) @dereferenced)
(assert_statement (call) @dereferenced)
(for_statement right: (call) @dereferenced)
(for_in_clause right: (call) @dereferenced)
(with_item value: (call) @dereferenced)
(with_item value: (as_pattern (call) @dereferenced))
(raise_statement (call) @dereferenced)
(decorator (call) @dereferenced)
(call function: (call) @dereferenced)
(list_splat (call) @dereferenced)
(dictionary_splat (call) @dereferenced)
(assignment left: (pattern_list) right: (call) @dereferenced)
(call function: (attribute attribute: (identifier) @verb (#match? @verb "^assert"))
  arguments: (argument_list (call) @dereferenced))
(assignment left: [(identifier) (attribute)] right: (call) @assigned)
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

#: The captures the extractor walks through; the others only mark some of the calls.
KINDS = frozenset({
    "function", "class", "decorator", "import", "from", "call", "attribute", "name", "assignment", "target", "global",
    "nonlocal", "yield", "returned", "branch", "try",
})  # fmt: skip
