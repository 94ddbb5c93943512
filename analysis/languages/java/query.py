"""What the extractor wants to see of a Java file. Captures come grouped by name, each group in source order."""

QUERY = """
(package_declaration) @package
(import_declaration) @import

[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)
 (annotation_type_declaration)] @type
(object_creation_expression (class_body) @anonymous)
(enum_constant body: (class_body) @anonymous)
[(method_declaration) (annotation_type_element_declaration)] @method
[(constructor_declaration) (compact_constructor_declaration)] @constructor
[(field_declaration) (constant_declaration)] @field
(enum_constant) @constant

[(block) (for_statement) (catch_clause) (try_with_resources_statement) (switch_block)
 (switch_rule)] @block
(try_statement) @try
(lambda_expression) @lambda
(local_variable_declaration) @variable
[(formal_parameter) (catch_formal_parameter) (resource) (enhanced_for_statement)] @declared
(spread_parameter) @spread
(instanceof_expression) @pattern
[(type_pattern) (record_pattern_component)] @component

(method_invocation) @call
(object_creation_expression) @new
(explicit_constructor_invocation) @explicit
(method_reference) @reference
(field_access) @access
[(marker_annotation) (annotation)] @annotation
(type_parameter . (type_identifier) @not_used)
(scoped_type_identifier) @scoped
(type_identifier) @named

(binary_expression (identifier) @name)
(unary_expression (identifier) @name)
(update_expression (identifier) @name)
(assignment_expression (identifier) @name)
(ternary_expression (identifier) @name)
(argument_list (identifier) @name)
(array_access (identifier) @name)
(array_initializer (identifier) @name)
(dimensions_expr (identifier) @name)
(parenthesized_expression (identifier) @name)
(cast_expression value: (identifier) @name)
(instanceof_expression left: (identifier) @name)
(variable_declarator value: (identifier) @name)
(enhanced_for_statement value: (identifier) @name)
(field_access object: (identifier) @name)
(method_invocation object: (identifier) @name)
(method_reference . (identifier) @name)
(lambda_expression body: (identifier) @name)
(return_statement (identifier) @name)
(throw_statement (identifier) @name)
(yield_statement (identifier) @name)
(assert_statement (identifier) @name)
(element_value_pair value: (identifier) @name)
(annotation_argument_list (identifier) @name)
(element_value_array_initializer (identifier) @name)

(expression_statement (method_invocation) @discarded)
(for_statement update: (method_invocation) @discarded)
(for_statement init: (method_invocation) @discarded)
(lambda_expression body: (method_invocation) @discarded)
"""

#: The captures the extractor walks through; the others only mark some of the nodes.
KINDS = frozenset({
    "package", "import", "type", "anonymous", "method", "constructor", "field", "constant", "block", "lambda", "try",
    "variable", "declared", "spread", "pattern", "component", "call", "new", "explicit", "reference", "access",
    "annotation", "scoped", "named", "name",
})  # fmt: skip
