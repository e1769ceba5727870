"""A report as one HTML file that needs nothing else: for mail, an archive, a printer. IO: reads our own files."""

from maskwire_daemon.report import Report
from maskwire_daemon.web.rendering import STATIC, render

_HEAD = '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'


def as_html(report: Report) -> str:
    """Return the whole document; its styles are inside, and it loads nothing."""
    styles = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("app.css", "report.css"))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'{_HEAD}<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>maskwire report</title>\n<style>\n{styles}</style>\n</head>\n"
        f'<body class="filed"><main>\n{render("report_body.html", {"report": report})}\n</main></body>\n</html>\n'
    )
