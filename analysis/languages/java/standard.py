"""What the commonest types of the Java library bring to those that extend or implement them, as of Java 21.

A class that extends `Comparable` has a `compareTo` that no file of the repository shows. Of types that are not in
this table, nobody knows what they bring.
"""

from collections.abc import Iterator

#: A line each: name < types it extends: methods; a field or type is marked by "=".
_TABLE = """
Serializable:
Cloneable:
Comparable: compareTo
Iterable: forEach iterator spliterator
Runnable: run
Callable: call
AutoCloseable: close
Closeable < AutoCloseable:
Flushable: flush
CharSequence: charAt chars codePoints compare isEmpty length subSequence
Appendable: append
Readable: read
Iterator: forEachRemaining hasNext next remove
ListIterator < Iterator: add hasPrevious nextIndex previous previousIndex set
Comparator: compare comparing comparingDouble comparingInt comparingLong naturalOrder nullsFirst nullsLast
  reverseOrder reversed thenComparing thenComparingDouble thenComparingInt thenComparingLong
Enumeration: asIterator hasMoreElements nextElement
RandomAccess:
EventListener:
Collection < Iterable: add addAll clear contains containsAll isEmpty parallelStream remove removeAll removeIf
  retainAll size stream toArray
List < Collection: addFirst addLast copyOf get getFirst getLast indexOf lastIndexOf listIterator of removeFirst
  removeLast replaceAll reversed set sort subList
Set < Collection: copyOf of
SortedSet < Set: addFirst addLast comparator first getFirst getLast headSet last removeFirst removeLast reversed
  subSet tailSet
NavigableSet < SortedSet: ceiling descendingIterator descendingSet floor higher lower pollFirst pollLast
Queue < Collection: element offer peek poll
Deque < Queue: addFirst addLast descendingIterator getFirst getLast offerFirst offerLast peekFirst peekLast pollFirst
  pollLast pop push removeFirst removeFirstOccurrence removeLast removeLastOccurrence reversed
Map: Entry= clear compute computeIfAbsent computeIfPresent containsKey containsValue copyOf entry entrySet forEach
  get getOrDefault isEmpty keySet merge of ofEntries put putAll putIfAbsent remove replace replaceAll size values
SortedMap < Map: comparator firstEntry firstKey headMap lastEntry lastKey pollFirstEntry pollLastEntry putFirst
  putLast reversed sequencedEntrySet sequencedKeySet sequencedValues subMap tailMap
NavigableMap < SortedMap: ceilingEntry ceilingKey descendingKeySet descendingMap floorEntry floorKey higherEntry
  higherKey lowerEntry lowerKey navigableKeySet
AbstractCollection < Collection:
AbstractList < AbstractCollection List: modCount= removeRange
AbstractSet < AbstractCollection Set:
AbstractQueue < AbstractCollection Queue:
AbstractMap < Map: SimpleEntry= SimpleImmutableEntry=
AbstractSequentialList < AbstractList:
ArrayList < AbstractList RandomAccess Cloneable Serializable: ensureCapacity trimToSize
HashMap < AbstractMap Cloneable Serializable:
LinkedHashMap < HashMap: firstEntry lastEntry pollFirstEntry pollLastEntry putFirst putLast removeEldestEntry
  reversed sequencedEntrySet sequencedKeySet sequencedValues
HashSet < AbstractSet Cloneable Serializable:
Throwable < Serializable: addSuppressed fillInStackTrace getCause getLocalizedMessage getMessage getStackTrace
  getSuppressed initCause printStackTrace setStackTrace
Exception < Throwable:
RuntimeException < Exception:
Error < Throwable:
IllegalArgumentException < RuntimeException:
IllegalStateException < RuntimeException:
UnsupportedOperationException < RuntimeException:
IndexOutOfBoundsException < RuntimeException:
IOException < Exception:
UncheckedIOException < RuntimeException:
Enum < Comparable Serializable: EnumDesc= describeConstable getDeclaringClass name ordinal valueOf values
Record:
Number < Serializable: byteValue doubleValue floatValue intValue longValue shortValue
InputStream < Closeable: available mark markSupported nullInputStream read readAllBytes readNBytes reset skip
  skipNBytes transferTo
OutputStream < Closeable Flushable: nullOutputStream write
FilterInputStream < InputStream: in=
FilterOutputStream < OutputStream: out=
Reader < Readable Closeable: lock= mark markSupported nullReader ready reset skip transferTo
Writer < Appendable Closeable Flushable: lock= nullWriter write
FilterReader < Reader: in=
FilterWriter < Writer: out=
Function: andThen apply compose identity
BiFunction: andThen apply
Supplier: get
Consumer: accept andThen
BiConsumer: accept andThen
Predicate: and isEqual negate not or test
BiPredicate: and negate or test
UnaryOperator < Function:
BinaryOperator < BiFunction: maxBy minBy
Format < Serializable Cloneable: Field= format formatToCharacterIterator parseObject
ThreadLocal: get initialValue remove set withInitial
ThreadFactory: newThread
Executor: execute
Type: getTypeName
ParameterizedType < Type: getActualTypeArguments getOwnerType getRawType
FileFilter: accept
FilenameFilter: accept
InvocationHandler: invoke invokeDefault
EventObject < Serializable: getSource source=
Entry: comparingByKey comparingByValue copyOf getKey getValue setValue
Spliterator: CONCURRENT= DISTINCT= IMMUTABLE= NONNULL= ORDERED= OfDouble= OfInt= OfLong= OfPrimitive= SIZED= SORTED=
  SUBSIZED= characteristics estimateSize forEachRemaining getComparator getExactSizeIfKnown hasCharacteristics
  tryAdvance trySplit
"""

#: Every object has these.
OBJECT = frozenset({
    "clone()", "equals()", "finalize()", "getClass()", "hashCode()", "notify()", "notifyAll()", "toString()", "wait()",
})  # fmt: skip

_JAVA_LANG = """
AbstractMethodError Appendable ArithmeticException ArrayIndexOutOfBoundsException ArrayStoreException AssertionError
AutoCloseable Boolean BootstrapMethodError Byte CharSequence Character Class ClassCastException ClassCircularityError
ClassFormatError ClassLoader ClassNotFoundException ClassValue CloneNotSupportedException Cloneable Comparable
Compiler Deprecated Double Enum EnumConstantNotPresentException Error Exception ExceptionInInitializerError Float
FunctionalInterface IllegalAccessError IllegalAccessException IllegalArgumentException IllegalCallerException
IllegalMonitorStateException IllegalStateException IllegalThreadStateException IncompatibleClassChangeError
IndexOutOfBoundsException InheritableThreadLocal InstantiationError InstantiationException Integer InternalError
InterruptedException Iterable LayerInstantiationException LinkageError Long Math Module ModuleLayer
NegativeArraySizeException NoClassDefFoundError NoSuchFieldError NoSuchFieldException NoSuchMethodError
NoSuchMethodException NullPointerException Number NumberFormatException Object OutOfMemoryError Override Package
Process ProcessBuilder ProcessHandle Readable Record ReflectiveOperationException Runnable Runtime RuntimeException
RuntimePermission SafeVarargs SecurityException SecurityManager Short StackOverflowError StackTraceElement
StackWalker StrictMath String StringBuffer StringBuilder StringIndexOutOfBoundsException SuppressWarnings System
Thread ThreadDeath ThreadGroup ThreadLocal Throwable TypeNotPresentException UnknownError UnsatisfiedLinkError
UnsupportedClassVersionError UnsupportedOperationException VerifyError VirtualMachineError Void
"""
#: Known without an import.
JAVA_LANG = frozenset(_JAVA_LANG.split())


def brought_by(name: str) -> frozenset[str] | None:
    """Names of all members a subclass of the type has from it; None for a type that is not known here."""
    return _KNOWN.get(name)


def _rows() -> Iterator[tuple[str, list[str], set[str]]]:
    for line in _TABLE.replace("\n ", "").strip().splitlines():
        head, _, members = line.partition(":")
        name, _, extended = head.partition(" < ")
        names = {member.removesuffix("=") if member.endswith("=") else f"{member}()" for member in members.split()}
        yield name, extended.split(), names


def _collected() -> dict[str, frozenset[str]]:
    known = {"Object": OBJECT}
    for name, extended, names in _rows():
        known[name] = OBJECT.union(names, *(known[each] for each in extended))
    return known


_KNOWN = _collected()
