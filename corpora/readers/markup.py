"""XML read safely: no entities, no network, no document type; errors are coded."""

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from ..errors import FileDamaged, FileUnsafe

Element = Any


def parse_xml(data: bytes, where: str) -> Element:
    """Root of an XML part. Raises FileUnsafe for a document type or entities, FileDamaged for broken XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!ENTITY" in data[:65536]:
            raise _unsafe(where) from error
        raise FileDamaged(f"{where} 的 XML 损坏：{str(error)[:80]}", "请用办公软件另存后重新提交") from error
    if root.getroottree().docinfo.doctype:
        raise _unsafe(where)
    return root


def local(element: Element) -> str:
    """Tag without its namespace ("" for comments and instructions)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """Attribute by its local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def _unsafe(where: str) -> FileUnsafe:
    return FileUnsafe(f"{where} 含有文档类型或实体声明，已拒绝解析", "请用办公软件另存后重新提交")
