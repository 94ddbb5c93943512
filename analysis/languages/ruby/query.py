"""What is captured of a Ruby file, named as in `outline.extract`.

Without predicates: the binding takes quadratic time over what they refuse.
"""

QUERY = """
[(class) (module)] @class
(singleton_class) @inside
[(method) (singleton_method)] @function
(assignment left: (constant) @constant)

(superclass (_) @base)
(body_statement (identifier) @section)
[(alias) (undef)] @unspelled

(assignment left: (identifier) @bound)
(operator_assignment left: (identifier) @bound)
(left_assignment_list (identifier) @bound)
(block_parameters (identifier) @bound)
(block_parameters (_ name: (identifier) @bound))
(lambda_parameters (identifier) @bound)
(exception_variable (identifier) @bound)
(for pattern: (identifier) @bound)

(assignment left: (call) @target)
(left_assignment_list (call) @target)
(call) @call
(superclass [(constant) (scope_resolution)] @name)
(call receiver: [(constant) (scope_resolution)] @name)
(call arguments: (argument_list [(constant) (scope_resolution)] @name))
(assignment right: [(constant) (scope_resolution)] @name)
(rescue exceptions: (exceptions [(constant) (scope_resolution)] @name))

(begin (rescue)) @guard
(body_statement (rescue)) @guard
(if condition: (unary operator: "defined?")) @guard
(if) @condition
(unless) @condition
"""
