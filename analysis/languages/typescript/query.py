"""What the extractor wants to see of a TypeScript file. Captures come grouped by name, each group in source order.

The grammars for `.ts` and `.tsx` name their nodes alike; JSX_QUERY is added for the one that has JSX.
"""

QUERY = """
(import_statement) @import
(export_statement) @export

[(function_declaration) (generator_function_declaration) (function_expression) (generator_function) (arrow_function)
 (method_definition) (function_signature) (method_signature) (abstract_method_signature)] @function
[(class_declaration) (abstract_class_declaration) (class) (interface_declaration)] @class
(enum_declaration) @enum
(enum_body name: (property_identifier) @member)
(enum_assignment name: (property_identifier) @member)
(type_alias_declaration) @alias
[(internal_module) (module)] @namespace
[(function_type) (constructor_type) (call_signature) (construct_signature)] @signature
[(statement_block) (switch_body)] @block
(object) @object
(for_statement) @block
(for_in_statement) @block

(variable_declarator) @variable
(public_field_definition) @field
(interface_body (property_signature name: (property_identifier) @property))
(object (pair) @pair)
(object (shorthand_property_identifier) @property)
[(index_signature) (computed_property_name)] @unspelled
(object (spread_element) @unspelled)
(class_body (decorator) @decorator)
[(required_parameter) (optional_parameter)] @parameter
(arrow_function parameter: (identifier) @bound)
(catch_clause parameter: (identifier) @bound)
(for_in_statement left: (identifier) @bound)
(shorthand_property_identifier_pattern) @bound
(pair_pattern value: (identifier) @bound)
(array_pattern (identifier) @bound)
(rest_pattern (identifier) @bound)
(assignment_pattern left: (identifier) @bound)
(type_parameter name: (type_identifier) @bound)
(assignment_expression) @assignment
(augmented_assignment_expression left: (identifier) @rebound)
(update_expression argument: (identifier) @rebound)

(call_expression) @call
(new_expression) @new
(member_expression object: [(identifier) (this) (super)]) @attribute
(decorator (identifier) @name)
(extends_clause value: (identifier) @name)
(return_statement (_) @returned)
(try_statement body: (_) @guard)

(await_expression (call_expression) @awaited)
(expression_statement (call_expression) @discarded)
(member_expression object: (call_expression)) @through
(subscript_expression object: (call_expression) @looked_into)
(template_substitution (call_expression) @looked_into)
(if_statement condition: (parenthesized_expression (call_expression) @looked_into))
(while_statement condition: (parenthesized_expression (call_expression) @looked_into))
(ternary_expression condition: (call_expression) @looked_into)
(unary_expression operator: ["!" "-" "+" "~"] argument: (call_expression) @looked_into)
(binary_expression left: (call_expression) @looked_into)
(binary_expression operator: ["+" "-" "*" "/" "%" "<" ">" "<=" ">=" "===" "!==" "==" "!=" "in"]
  right: (call_expression) @looked_into)
(spread_element (call_expression) @looked_into)
(variable_declarator name: [(object_pattern) (array_pattern)] value: (call_expression) @looked_into)

(variable_declarator name: (identifier) value: (call_expression)) @made
(return_statement (call_expression) @given_back)
(arrow_function body: (call_expression) @given_back)
(subscript_expression object: (identifier) @looked_at)
(template_substitution (identifier) @looked_at)
(unary_expression operator: ["!" "-" "+" "~"] argument: (identifier) @looked_at)
(binary_expression left: (identifier) @looked_at operator: ["+" "-" "*" "/" "%" "<" ">" "<=" ">=" "===" "!==" "&&"])
(if_statement condition: (parenthesized_expression (identifier) @looked_at))
(ternary_expression condition: (identifier) @looked_at)
(spread_element (identifier) @looked_at)
(for_in_statement right: (identifier) @looked_at)
(variable_declarator name: [(object_pattern) (array_pattern)] value: (identifier) @looked_at)
"""

JSX_QUERY = """
(jsx_opening_element name: [(identifier) (member_expression)] @element)
(jsx_self_closing_element name: [(identifier) (member_expression)] @element)
(jsx_closing_element name: (member_expression) @closing)
"""

#: The captures the extractor walks through; the others only mark some of the calls.
KINDS = frozenset({
    "import", "export", "function", "class", "enum", "member", "alias", "namespace", "signature", "block", "object",
    "variable", "field", "property", "pair", "unspelled", "decorator", "parameter", "bound", "assignment", "rebound",
    "call", "new", "attribute", "name", "returned", "guard", "element", "looked_at",
})  # fmt: skip
