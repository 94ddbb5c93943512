"""How the admin writes dates: to the second and in order, as an operator compares them with logs."""
