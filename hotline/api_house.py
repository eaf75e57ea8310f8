"""What the API needs of the running hotline."""

from __future__ import annotations

from callbacks.store.sql_call_list import SqlCallList
from config.database import Database
from config.sql_event_log import SqlEventLog
from config.versions import Versions
from console.api.house import ApiHouse
from console.book.ground import BookParts
from console.book.records import Records
from console.book.service import BookService
from console.ports import Site
from console.public.complaints import Complaints
from console.workshop.file_service import FileService
from hotline.published_files import PublishedFiles
from hotline.rehearsal.file_rehearsal import FileRehearsals
from ivr.services import Services


def api_house(
    services: Services, parts: BookParts, database: Database, versions: Versions, records: Records
) -> ApiHouse:
    """Over these services and this database. The hotline file is asked for each time."""
    book, edition = services.book, services.edition
    return ApiHouse(
        records=records,
        service=BookService(parts),
        found=SqlCallList(database),
        log=SqlEventLog(database),
        windows=services.promising,
        complaints=Complaints(
            book,
            services.promising,
            lambda text, language, now: edition().understander.understand(text, language, now),
            lambda: edition().file,
        ),
        files=FileService(PublishedFiles(versions), FileRehearsals(SqlCallList(database), services.clock)),
        events=services.events,
        clock=services.clock,
        site=lambda: Site.of(edition().file),
        site_name=lambda: edition().file.hotline.site,
    )
