"""A language model behind any endpoint that speaks OpenAI's chat completions: one question in, one answer out.

`client` asks and reads within limits, `answers` tells a completion from a refusal, `errors` are named after what
happened. What is asked, whether it may leave, and what the answer is worth is the reviews' business; the model has no
tools, and the key is the only secret here.
"""
