"""What is captured of a file of C or C++, named as in `outline.extract`.

Beside that: `error` (what the grammar could not read), `macro`, `friend`, `forward` (a class without its body) and
`generated` (what outside of functions can only be a macro).
"""

COMMON = """
(preproc_include) @import
(preproc_def name: (identifier) @macro)
(preproc_function_def name: (identifier) @macro)
[(preproc_if) (preproc_ifdef) (preproc_elif) (preproc_elifdef) (preproc_else)] @condition
(ERROR) @error
(expression_statement (call_expression) @generated)

[(function_definition) (function_declarator)] @function
[(struct_specifier name: (_) body: (_)) (union_specifier name: (_) body: (_))] @class
(enumerator name: (identifier) @constant)
(type_definition declarator: (type_identifier) @constant)
(pointer_declarator declarator: (type_identifier) @constant)
(array_declarator declarator: (type_identifier) @constant)
(function_declarator declarator: (type_identifier) @constant)
(parenthesized_declarator (type_identifier) @constant)
(field_declaration declarator: (field_identifier) @field)
(pointer_declarator declarator: (field_identifier) @field)
(array_declarator declarator: (field_identifier) @field)

(declaration declarator: (identifier) @bound)
(init_declarator declarator: (identifier) @bound)
(pointer_declarator declarator: (identifier) @bound)
(array_declarator declarator: (identifier) @bound)
(parenthesized_declarator (identifier) @bound)
(labeled_statement label: (_) @bound)

(call_expression) @call
(declaration type: (type_identifier) @name)
(parameter_declaration type: (type_identifier) @name)
(field_declaration type: (type_identifier) @name)
(function_definition type: (type_identifier) @name)
(type_descriptor type: (type_identifier) @name)
(argument_list (identifier) @name)
(initializer_list (identifier) @name)
(initializer_pair value: (identifier) @name)
(init_declarator value: (identifier) @name)
(assignment_expression right: (identifier) @name)
(pointer_expression argument: (identifier) @name)
(case_statement value: (identifier) @name)
(return_statement (identifier) @name)
"""
C_ONLY = """
(macro_type_specifier) @generated
(enum_specifier name: (type_identifier) @constant body: (_))
(struct_specifier name: (_) @forward !body)
"""
CPP_ONLY = """
(namespace_definition name: (_)) @namespace
(class_specifier name: (_) body: (_)) @class
(enum_specifier ["class" "struct"] body: (_)) @class
(enum_specifier . "enum" . name: (type_identifier) @constant body: (_))
[(class_specifier name: (_) @forward !body) (struct_specifier name: (_) @forward !body)]
(base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @base)
(friend_declaration) @friend
[(using_declaration) (namespace_alias_definition)] @import
(alias_declaration name: (type_identifier) @constant)
(concept_definition name: (identifier) @constant)
(field_declaration_list (field_declaration type: (type_identifier) @unspelled !declarator))
(lambda_expression) @function

(reference_declarator (identifier) @bound)
(reference_declarator (field_identifier) @field)
(structured_binding_declarator (identifier) @bound)
(for_range_loop declarator: (identifier) @bound)
(variadic_declarator (identifier) @bound)
(lambda_capture_initializer left: (identifier) @bound)
(type_parameter_declaration (type_identifier) @bound)
(optional_type_parameter_declaration name: (type_identifier) @bound)
(variadic_type_parameter_declaration (type_identifier) @bound)
(parameter_declaration declarator: (identifier) @bound)
(optional_parameter_declaration declarator: (identifier) @bound)

(new_expression !placement arguments: (argument_list)) @call
(base_class_clause [(type_identifier) (qualified_identifier)] @name)
(optional_parameter_declaration type: (type_identifier) @name)
(declaration type: (qualified_identifier) @name)
(parameter_declaration type: (qualified_identifier) @name)
(field_declaration type: (qualified_identifier) @name)
(function_definition type: (qualified_identifier) @name)
(type_descriptor type: (qualified_identifier) @name)
(argument_list (qualified_identifier) @name)
(initializer_list (qualified_identifier) @name)
(init_declarator value: (qualified_identifier) @name)
(assignment_expression right: (qualified_identifier) @name)
(pointer_expression argument: (qualified_identifier) @name)
(case_statement value: (qualified_identifier) @name)
(return_statement (qualified_identifier) @name)
"""
