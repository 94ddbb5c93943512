"""What is captured of a C# file, named as in `outline.extract`."""

QUERY = """
[(namespace_declaration) (file_scoped_namespace_declaration)] @namespace
[(class_declaration) (struct_declaration) (record_declaration) (interface_declaration) (enum_declaration)] @class
[(method_declaration) (constructor_declaration) (local_function_statement) (operator_declaration)
 (conversion_operator_declaration) (destructor_declaration) (indexer_declaration) (property_declaration)
 (event_declaration) (lambda_expression)] @function
[(class_declaration (parameter_list) @function) (struct_declaration (parameter_list) @function)
 (record_declaration (parameter_list) @function)]
(delegate_declaration name: (identifier) @constant)
(enum_member_declaration name: (identifier) @constant)
(field_declaration (variable_declaration (variable_declarator name: (identifier) @constant)))
(property_declaration name: (identifier) @field)
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @field)))
(base_list [(identifier) (qualified_name) (generic_name)] @base)
(using_directive) @import

(local_declaration_statement (variable_declaration (variable_declarator name: (identifier) @bound)))
(for_statement (variable_declaration (variable_declarator name: (identifier) @bound)))
(using_statement (variable_declaration (variable_declarator name: (identifier) @bound)))
(fixed_statement (variable_declaration (variable_declarator name: (identifier) @bound)))
(foreach_statement left: (identifier) @bound)
(declaration_pattern name: (identifier) @bound)
(recursive_pattern name: (identifier) @bound)
(var_pattern (identifier) @bound)
(declaration_expression name: (identifier) @bound)
(parenthesized_variable_designation (identifier) @bound)
(catch_declaration name: (identifier) @bound)
(from_clause name: (identifier) @bound)
(let_clause . (identifier) @bound)
(implicit_parameter) @bound

[(invocation_expression) (object_creation_expression) (constructor_initializer)] @call
(base_list [(identifier) (qualified_name) (generic_name)] @name)
(parameter type: [(identifier) (qualified_name) (generic_name)] @name)
(variable_declaration type: [(identifier) (qualified_name) (generic_name)] @name)
(attribute name: [(identifier) (qualified_name)] @name)

[(preproc_if) (preproc_elif) (preproc_else)] @condition
"""
