"""What the extractor wants to see of a Go file. Captures come grouped by name, each group in source order."""

QUERY = """
(package_clause (package_identifier) @package)
(import_spec) @import
[(function_declaration) (method_declaration) (func_literal)] @function
[(type_spec) (type_alias)] @type
[(const_spec) (var_spec)] @variable

[(block) (if_statement) (for_statement) (expression_switch_statement) (expression_case) (default_case)
 (communication_case)] @block
(type_switch_statement) @type_switch
(type_case) @type_case
(short_var_declaration) @declared
(receive_statement) @declared
(range_clause) @ranged
(assignment_statement) @assigned
(return_statement) @returned

(call_expression) @call
(type_conversion_expression type: (generic_type)) @instantiated
(selector_expression) @selector
(qualified_type) @qualified
(keyed_element) @keyed
(identifier) @name
(type_identifier) @type_name

(parameter_declaration name: (identifier) @bound)
(variadic_parameter_declaration name: (identifier) @bound)
(composite_literal type: [(map_type) (slice_type) (array_type) (implicit_length_array_type)]
  body: (literal_value (keyed_element key: (literal_element (identifier) @value_key))))
[(expression_statement (call_expression) @discarded) (go_statement (call_expression) @discarded)
 (defer_statement (call_expression) @discarded)]
(selector_expression operand: (call_expression) @single)
(binary_expression left: (call_expression) @single)
(binary_expression right: (call_expression) @single)
(unary_expression operand: (call_expression) @single)
(index_expression (call_expression) @single)
(slice_expression (call_expression) @single)
(type_assertion_expression operand: (call_expression) @single)
(literal_element (call_expression) @single)
(if_statement condition: (call_expression) @single)
(for_statement (for_clause condition: (call_expression) @single))
(for_statement (call_expression) @single)
(range_clause right: (call_expression) @single)
(expression_switch_statement value: (call_expression) @single)
(expression_case value: (expression_list (call_expression) @single))
(send_statement value: (call_expression) @single)
(type_conversion_expression operand: (call_expression) @single)
"""

#: The captures the extractor walks through; the others only mark some of the calls.
KINDS = frozenset({
    "package", "import", "function", "type", "variable", "block", "type_switch", "type_case", "declared", "ranged",
    "assigned", "returned", "call", "instantiated", "selector", "qualified", "keyed", "name", "type_name",
})  # fmt: skip
