"""What is captured of a Ruby file, named as in `outline.extract`."""

#: Calls in the body of a class that define no methods, or whose methods are read.
_HARMLESS = (
    "^(include|extend|prepend|private|protected|public|module_function|attr_reader|attr_writer|attr_accessor|require"
    "|require_relative|private_constant|private_class_method|freeze|raise|puts)$"
)
QUERY = """
[(class) (module)] @class
(singleton_class) @inside
[(method) (singleton_method)] @function
(assignment left: (constant) @constant)

(superclass (_) @base)
(call !receiver method: (identifier) @_verb (#any-of? @_verb "include" "extend" "prepend")
  arguments: (argument_list (_) @base))
(body_statement (identifier) @section (#any-of? @section "private" "protected" "public" "module_function"))
(call !receiver method: (identifier) @_verb (#any-of? @_verb "attr_reader" "attr_writer" "attr_accessor")
  arguments: (argument_list (simple_symbol) @field))
(class body: (body_statement (call method: (identifier) @unspelled (#not-match? @unspelled "HARMLESS"))))
(module body: (body_statement (call method: (identifier) @unspelled (#not-match? @unspelled "HARMLESS"))))
[(alias) (undef)] @unspelled
(method name: (identifier) @unspelled (#any-of? @unspelled "method_missing" "respond_to_missing?"))

(assignment left: (identifier) @bound)
(operator_assignment left: (identifier) @bound)
(left_assignment_list (identifier) @bound)
(block_parameters (identifier) @bound)
(block_parameters (_ name: (identifier) @bound))
(lambda_parameters (identifier) @bound)
(exception_variable (identifier) @bound)
(for pattern: (identifier) @bound)

(call !receiver method: (identifier) @_verb (#eq? @_verb "require_relative")) @import
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
""".replace("HARMLESS", _HARMLESS)
