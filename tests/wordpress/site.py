"""A WordPress as its administrator and its visitors use it: over HTTP, by its own forms and its REST interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener
from xmlrpc.client import ServerProxy

from lxml import html

from tests.wordpress.machine import PATIENCE

Fields = Mapping[str, object]
Headers = MutableMapping[str, str]

_NAME, _PASSWORD = "admin", "a password for one run"
_ZONE = "Asia/Kathmandu"  # its times differ from UTC by hours and minutes


class SiteError(Exception):
    """The site refused what it was asked for."""


@dataclass(slots=True)
class Site:
    """The site at an address; what is asked before `set_up` is asked as a visitor."""

    address: str
    _opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))
    _nonce: str = ""

    def set_up(self) -> None:
        """Install WordPress and log in; comments then need no e-mail address, and may be nested as deep as they go."""
        account = {"user_name": _NAME, "admin_password": _PASSWORD, "admin_password2": _PASSWORD}
        about = {"weblog_title": "A site", "admin_email": "admin@example.org", "pw_weak": "on"}
        self._sent("/wp-admin/install.php?step=2", account | about)
        login = {"log": _NAME, "pwd": _PASSWORD, "redirect_to": "/wp-admin/admin-ajax.php?action=rest-nonce"}
        self._nonce = self._sent("/wp-login.php", login).strip()
        self.rest("POST", "settings", timezone=_ZONE)
        self._submit("/wp-admin/options-discussion.php", require_name_email=None, thread_comments_depth="10")

    def rest(self, method: Literal["GET", "POST", "DELETE"], path: str, **fields: object) -> Any:
        """What the REST interface answers to the administrator."""
        body = json.dumps(fields).encode() if fields else None
        headers = {"Content-Type": "application/json", "X-WP-Nonce": self._nonce}
        return json.loads(self._asked(f"/wp-json/wp/v2/{path}", body, method, headers))

    def export(self) -> bytes:
        """All content, as WordPress's own exporter gives it under Tools, Export."""
        return self._asked("/wp-admin/export.php?download=true&content=all")

    def page(self, address: str) -> str:
        """What a browser is given."""
        return self._asked(address).decode()

    def trackback(self, link: str, **fields: object) -> None:
        """Tell the site, as another one does, that its post is spoken of elsewhere."""
        answer = self._sent(f"{link}trackback/", fields)
        if "<error>0</error>" not in answer:
            raise SiteError(f"The trackback is refused: {answer}")

    def pingback(self, source: str, target: str) -> None:
        """Tell the site that its post `source` links to its post `target`."""
        with ServerProxy(urljoin(self.address, "/xmlrpc.php")) as proxy:
            proxy.pingback.ping(source, target)

    def _submit(self, path: str, **changes: str | None) -> None:
        """Send a form of the administration with some of its fields changed; None unchecks a box."""
        page: Any = html.document_fromstring(self.page(path))
        form = next(each for each in page.forms if set(changes) <= set(each.fields))
        values = {name: value for name, value in form.form_values() if name not in changes}
        changed = {name: value for name, value in changes.items() if value is not None}
        self._sent(urljoin(path, form.action), values | changed)

    def _sent(self, path: str, form: Fields) -> str:
        """What a form's place answers."""
        return self._asked(path, urlencode(form).encode()).decode()

    def _asked(
        self, path: str, body: bytes | None = None, method: str | None = None, headers: Headers | None = None
    ) -> bytes:
        request = Request(urljoin(self.address, path), body, headers or {}, method=method)  # noqa: S310 - always http
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            with error:
                said = error.read().decode(errors="replace")[:500]
            raise SiteError(f"{request.full_url} answers {error.code}: {said}") from error
