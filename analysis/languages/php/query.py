"""What is captured of a PHP file, named as in `outline.extract`."""

QUERY = """
(namespace_definition) @namespace
[(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)] @class
(anonymous_class) @inside
[(function_definition) (method_declaration)] @function
(const_declaration (const_element . (name) @constant))
(enum_case name: (name) @constant)
[(base_clause [(name) (qualified_name)] @base) (class_interface_clause [(name) (qualified_name)] @base)]
(declaration_list (use_declaration [(name) (qualified_name)] @base))
(use_declaration (use_list) @unspelled)
(namespace_use_declaration) @import

(function_call_expression function: [(name) (qualified_name)]) @call
[(member_call_expression) (nullsafe_member_call_expression) (scoped_call_expression)
 (object_creation_expression)] @call
(object_creation_expression (anonymous_class)) @target
(object_creation_expression (variable_name)) @target
(named_type [(name) (qualified_name)] @name)
(base_clause [(name) (qualified_name)] @name)
(class_interface_clause [(name) (qualified_name)] @name)
(declaration_list (use_declaration [(name) (qualified_name)] @name))
(scoped_call_expression scope: [(name) (qualified_name)] @name)
(scoped_property_access_expression scope: [(name) (qualified_name)] @name)
(class_constant_access_expression . [(name) (qualified_name)] @name)
(binary_expression operator: "instanceof" right: [(name) (qualified_name)] @name)
(attribute [(name) (qualified_name)] @name)

(try_statement body: (_) @guard)
(if_statement) @condition
"""
