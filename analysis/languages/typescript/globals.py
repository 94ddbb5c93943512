"""Names that no file binds and every file may use: the language's, the browser's, Node's and the test runners'.

Those among them that a repository may have had a definition of its own for, and done without in the end. A window's
`name` or `close` is not here: who called something of his own by that name does not mean the window's.
"""

GLOBALS = frozenset({
    "AbortController", "AbortSignal", "AggregateError", "Array", "ArrayBuffer", "Atomics", "BigInt", "BigInt64Array",
    "BigUint64Array", "Blob", "Boolean", "BroadcastChannel", "Buffer", "Bun", "ByteLengthQueuingStrategy", "CSS",
    "CompressionStream", "CountQueuingStrategy", "Crypto", "CryptoKey", "CustomEvent", "DOMException", "DOMMatrix",
    "DOMParser", "DOMPoint", "DOMRect", "DataView", "Date", "DecompressionStream", "Deno", "Document",
    "DocumentFragment", "Element", "Error", "EvalError", "Event", "EventSource", "EventTarget", "File", "FileList",
    "FileReader", "FinalizationRegistry", "Float32Array", "Float64Array", "FormData", "Function", "HTMLElement",
    "Headers", "History", "ImageData", "Infinity", "Int16Array", "Int32Array", "Int8Array", "IntersectionObserver",
    "Intl", "Iterator", "JSON", "JSX", "Location", "Map", "Math", "MessageChannel", "MessageEvent", "MessagePort",
    "MutationObserver", "NaN", "Navigator", "Node", "Notification", "Number", "Object", "Path2D", "Performance",
    "PerformanceObserver", "Promise", "Proxy", "RangeError", "React", "ReadableStream", "ReferenceError", "Reflect",
    "RegExp", "Request", "ResizeObserver", "Response", "Set", "SharedArrayBuffer", "SharedWorker", "String", "Symbol",
    "SyntaxError", "TextDecoder", "TextDecoderStream", "TextEncoder", "TextEncoderStream", "TransformStream",
    "TypeError", "URIError", "URL", "URLSearchParams", "Uint16Array", "Uint32Array", "Uint8Array", "Uint8ClampedArray",
    "WeakMap", "WeakRef", "WeakSet", "WebAssembly", "WebSocket", "Window", "Worker", "WritableStream",
    "XMLHttpRequest", "__dirname", "__filename", "addEventListener", "after", "afterAll", "afterEach", "arguments",
    "assert", "atob", "before", "beforeAll", "beforeEach", "btoa", "caches", "cancelAnimationFrame",
    "cancelIdleCallback", "chai", "clearImmediate", "clearInterval", "clearTimeout", "console", "createImageBitmap",
    "crypto", "customElements", "decodeURI", "decodeURIComponent", "define", "describe", "dispatchEvent", "document",
    "encodeURI", "encodeURIComponent", "escape", "eval", "expect", "exports", "fdescribe", "fetch", "fit",
    "getComputedStyle", "global", "globalThis", "importScripts", "indexedDB", "isFinite", "isNaN", "it", "jasmine",
    "jest", "localStorage", "matchMedia", "mocha", "navigator", "parseFloat", "parseInt", "performance", "process",
    "queueMicrotask", "removeEventListener", "reportError", "requestAnimationFrame", "requestIdleCallback", "require",
    "self", "sessionStorage", "setImmediate", "setInterval", "setTimeout", "specify", "spyOn", "structuredClone",
    "suite", "suiteSetup", "suiteTeardown", "test", "undefined", "unescape", "vi", "window", "xdescribe", "xit",
    "xtest",
})  # fmt: skip
