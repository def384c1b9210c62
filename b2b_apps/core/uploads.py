"""Files in forms: refused where no form asks for one, before anything is kept of them."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler

from b2b_apps.core.bodies import takes_files


class UnexpectedFileError(BadRequest):
    """A form brought a file that it has no field for."""


class ExpectedFilesOnly(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: lets files through to the next at addresses that take them."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is None or not takes_files(self.request.path_info):
            raise UnexpectedFileError("No file is expected here.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
