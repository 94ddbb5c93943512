"""What is captured of a Kotlin file, named as in `outline.extract`."""

QUERY = """
(package_header) @namespace
[(class_declaration) (object_declaration)] @class
(companion_object) @inside
[(function_declaration) (primary_constructor) (secondary_constructor) (anonymous_function) (getter) (setter)
 (anonymous_initializer)] @function
(property_declaration (variable_declaration . (identifier) @constant))
(enum_entry . (identifier) @constant)
(class_parameter (identifier) @field)
(delegation_specifier (user_type) @base)
(delegation_specifier (constructor_invocation (user_type) @base))
(explicit_delegation) @unspelled
(import) @import

(multi_variable_declaration (variable_declaration . (identifier) @bound))
(for_statement (variable_declaration . (identifier) @bound))
(lambda_parameters (variable_declaration . (identifier) @bound))
(when_subject (variable_declaration . (identifier) @bound))
(catch_block . (identifier) @bound)

[(call_expression) (constructor_invocation) (constructor_delegation_call)] @call
(parameter (user_type) @name)
(class_parameter (user_type) @name)
(variable_declaration (user_type) @name)
"""
