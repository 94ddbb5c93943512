"""The door: verify a delivery, store it once, turn it into a job, answer.

`views` takes the request apart, `signatures` proves who sent it, `decoding` and `payloads` read it, `routing`
decides what it asks for, and `intake` stores the delivery and carries that out in one transaction. The answer goes
out after the commit. The broker is never spoken to: whatever is stored here is found by the dispatcher.

What never came to the door is found by `missed`, in GitHub's own list, and asked for by the jobs of `recovery`.
"""
