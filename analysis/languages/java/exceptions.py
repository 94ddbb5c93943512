"""Exceptions of Java that a caller must catch or declare, and whether a call does.

Those of the Java library are known by a table, those of the repository by what they extend. Java knows no import under
another name, so what is caught is compared by the last part of its name; where that is the same it counts as caught.
"""

from collections.abc import Iterator

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, Reference
from analysis.languages.java.definitions import ANY
from analysis.languages.java.signatures import meant
from analysis.languages.java.typenames import type_named
from analysis.resolution import Found

_MAX_HOPS = 12
#: A line each: what is extended: by which exceptions. Those that are not checked are not in it, nor is what may be
#: either.
_TABLE = """
java.lang.Throwable: java.lang.Exception
java.lang.Exception: java.io.IOException java.lang.CloneNotSupportedException java.lang.InterruptedException
  java.lang.ReflectiveOperationException java.net.URISyntaxException java.security.GeneralSecurityException
  java.security.PrivilegedActionException java.sql.SQLException java.text.ParseException
  java.util.concurrent.BrokenBarrierException java.util.concurrent.ExecutionException
  java.util.concurrent.TimeoutException java.util.prefs.BackingStoreException java.util.zip.DataFormatException
  javax.naming.NamingException javax.xml.parsers.ParserConfigurationException
  javax.xml.transform.TransformerException org.xml.sax.SAXException
java.lang.ReflectiveOperationException: java.lang.ClassNotFoundException java.lang.IllegalAccessException
  java.lang.InstantiationException java.lang.NoSuchFieldException java.lang.NoSuchMethodException
  java.lang.reflect.InvocationTargetException
java.io.IOException: java.io.CharConversionException java.io.EOFException java.io.FileNotFoundException
  java.io.InterruptedIOException java.io.ObjectStreamException java.io.SyncFailedException
  java.io.UTFDataFormatException java.io.UnsupportedEncodingException java.net.HttpRetryException
  java.net.MalformedURLException java.net.ProtocolException java.net.SocketException java.net.UnknownHostException
  java.net.UnknownServiceException java.net.http.HttpTimeoutException java.nio.channels.ClosedChannelException
  java.nio.channels.FileLockInterruptionException java.nio.charset.CharacterCodingException
  java.nio.file.FileSystemException java.rmi.RemoteException java.util.InvalidPropertiesFormatException
  java.util.zip.ZipException javax.net.ssl.SSLException
java.io.InterruptedIOException: java.net.SocketTimeoutException
java.io.ObjectStreamException: java.io.InvalidClassException java.io.InvalidObjectException
  java.io.NotActiveException java.io.NotSerializableException java.io.OptionalDataException
  java.io.StreamCorruptedException java.io.WriteAbortedException
java.net.SocketException: java.net.BindException java.net.ConnectException java.net.NoRouteToHostException
  java.net.PortUnreachableException
java.nio.channels.ClosedChannelException: java.nio.channels.AsynchronousCloseException
java.nio.channels.AsynchronousCloseException: java.nio.channels.ClosedByInterruptException
java.nio.charset.CharacterCodingException: java.nio.charset.MalformedInputException
  java.nio.charset.UnmappableCharacterException
java.nio.file.FileSystemException: java.nio.file.AccessDeniedException java.nio.file.AtomicMoveNotSupportedException
  java.nio.file.DirectoryNotEmptyException java.nio.file.FileAlreadyExistsException
  java.nio.file.FileSystemLoopException java.nio.file.NoSuchFileException java.nio.file.NotDirectoryException
  java.nio.file.NotLinkException
java.util.zip.ZipException: java.util.jar.JarException
javax.net.ssl.SSLException: javax.net.ssl.SSLHandshakeException javax.net.ssl.SSLKeyException
  javax.net.ssl.SSLPeerUnverifiedException javax.net.ssl.SSLProtocolException
java.security.GeneralSecurityException: java.security.DigestException java.security.KeyException
  java.security.InvalidAlgorithmParameterException java.security.KeyStoreException
  java.security.NoSuchAlgorithmException java.security.NoSuchProviderException java.security.SignatureException
  java.security.UnrecoverableEntryException java.security.cert.CRLException
  java.security.cert.CertificateException java.security.spec.InvalidKeySpecException
  java.security.spec.InvalidParameterSpecException javax.crypto.BadPaddingException
  javax.crypto.IllegalBlockSizeException javax.crypto.NoSuchPaddingException javax.crypto.ShortBufferException
  javax.security.auth.login.LoginException
java.security.KeyException: java.security.InvalidKeyException java.security.KeyManagementException
java.security.UnrecoverableEntryException: java.security.UnrecoverableKeyException
java.security.cert.CertificateException: java.security.cert.CertificateEncodingException
  java.security.cert.CertificateExpiredException java.security.cert.CertificateNotYetValidException
  java.security.cert.CertificateParsingException
javax.crypto.BadPaddingException: javax.crypto.AEADBadTagException
java.sql.SQLException: java.sql.BatchUpdateException java.sql.SQLClientInfoException
  java.sql.SQLNonTransientException java.sql.SQLRecoverableException java.sql.SQLTransientException
  java.sql.SQLWarning
java.sql.SQLTransientException: java.sql.SQLTimeoutException
"""
_LANG = "java.lang"


def thrown(graph: CodeGraph, reference: Reference, found: Found) -> str:
    """What is wrong with a call of what declares exceptions: none, unless whatever it may mean throws one too many."""
    call, definition = reference.call, found.definition
    if call is None or not definition.throws or ANY in call.handled:
        return ""
    handled = {name.rpartition(".")[2] for name in call.handled}
    forms = [_unhandled(graph, found, definition.throws[index], handled) for index in meant(definition, call)]
    left = forms[0] if forms and all(forms) else []
    return f"neither catches nor declares {', '.join(map(repr, left))}" if left else ""


def _unhandled(graph: CodeGraph, found: Found, names: tuple[str, ...], handled: set[str]) -> list[str]:
    lines = [(name, lineage(graph, found.path, name, found.definition.qualname)) for name in names]
    return [name for name, line in lines if line and not line & handled]


def lineage(graph: CodeGraph, path: str, name: str, scope: str, hops: int = 0) -> frozenset[str]:
    """Last names of a checked exception and of all it extends; empty where nobody can tell that it is one."""
    found = type_named(graph, path, name, scope)
    if not isinstance(found, Found):
        return _KNOWN.get(_in_full(graph, path, name), frozenset())
    bases = found.definition.bases if hops < _MAX_HOPS else ()
    lines = (lineage(graph, found.path, base, found.definition.parent, hops + 1) for base in bases if base != ANY)
    above = next((line for line in lines if line), None)  # of all it extends only one is a class
    return above | {found.definition.name} if above else frozenset()


def _in_full(graph: CodeGraph, path: str, name: str) -> str:
    """The name with the package, as far as it may be one of the Java library."""
    facts = graph.facts(path)
    if facts is None or "." in name:
        return name
    imported = [each.module for each in facts.imports if each.local == name]
    if imported:
        return f"{imported[0]}.{name}"
    everything = [f"{each.module}.{name}" for each in facts.imports if each.name == EVERYTHING]
    return next((full for full in everything if full in _KNOWN), f"{_LANG}.{name}")


def extended() -> Iterator[tuple[str, str]]:
    """Of the table: exceptions with what they extend, from the top down."""
    for line in _TABLE.replace("\n ", "").strip().splitlines():
        base, _, names = line.partition(":")
        for name in names.split():
            yield name, base


def _collected() -> dict[str, frozenset[str]]:
    known = {f"{_LANG}.Throwable": frozenset({"Throwable"})}
    for name, base in extended():
        known[name] = known[base] | {name.rpartition(".")[2]}
    return known


_KNOWN = _collected()
