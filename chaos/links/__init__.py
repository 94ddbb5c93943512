"""Links: TCP connections that can be cut, held and slowed. `link` the verbs, `proxy` what happens to bytes."""
