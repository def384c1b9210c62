"""The version of documents: raise it whenever their fields or their analysis change."""

DOCUMENTS_VERSION = 8
