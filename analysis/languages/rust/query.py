"""What is captured of a Rust file, named as in `outline.extract`."""

QUERY = """
(mod_item body: (_)) @namespace
(mod_item name: (identifier) @bound !body)
[(struct_item) (enum_item) (union_item) (trait_item)] @class
[(struct_item) (enum_item) (union_item) (trait_item) (impl_item)] @unspelled
(impl_item) @inside
[(function_item) (function_signature_item)] @function
(const_item name: (identifier) @constant)
(static_item name: (identifier) @constant)
(type_item name: (type_identifier) @constant)
(enum_variant name: (identifier) @constant)
(macro_definition name: (identifier) @bound)
(trait_bounds [(type_identifier) (scoped_type_identifier)] @base)
(use_declaration) @import
(source_file (macro_invocation) @unspelled)
(source_file (expression_statement (macro_invocation) @unspelled))
(declaration_list (macro_invocation) @unspelled)

(let_declaration pattern: (identifier) @bound)
(let_condition pattern: (identifier) @bound)
(for_expression pattern: (identifier) @bound)
(closure_parameters (identifier) @bound)
(parameter pattern: (identifier) @bound)
(match_pattern (identifier) @bound)
(tuple_pattern (identifier) @bound)
(tuple_struct_pattern (identifier) @bound)
(slice_pattern (identifier) @bound)
(or_pattern (identifier) @bound)
(ref_pattern (identifier) @bound)
(mut_pattern (identifier) @bound)
(reference_pattern (identifier) @bound)
(captured_pattern . (identifier) @bound)
(field_pattern pattern: (identifier) @bound)
(shorthand_field_identifier) @bound

(call_expression) @call
[(type_identifier) (scoped_type_identifier)] @name
(arguments [(identifier) (scoped_identifier)] @name)
(field_initializer value: [(identifier) (scoped_identifier)] @name)
"""
