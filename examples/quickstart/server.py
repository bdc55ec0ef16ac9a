#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""usage: server.py NETWORK COLOUR ADDRESS

A web server that says which network it stands in and which address it sees: a line of text for
curl, a page for a browser.
"""
import http.server
import sys

NETWORK, COLOUR, ADDRESS = sys.argv[1:4]

PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{network}</title>
<style>
  html, body {{ height: 100%; margin: 0; }}
  body {{ background: {colour}; color: #fff; font-family: "DejaVu Sans", sans-serif;
         display: flex; flex-direction: column; align-items: center; justify-content: center; }}
  h1 {{ font-size: 200px; line-height: 1; margin: 0 0 32px; letter-spacing: -4px; }}
  p {{ font-size: 30px; margin: 6px 0; }}
  code {{ font-family: "DejaVu Sans Mono", monospace; }}
</style>
<h1>{network}</h1>
<p>This page came through the network &ldquo;{network}&rdquo;.</p>
<p>The server at <code>{address}</code> sees you at <code>{client}</code>.</p>
</html>
"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        client = self.client_address[0]
        if "curl" in self.headers.get("User-Agent", ""):
            kind = "text/plain"
            body = f"{NETWORK}: the server at {ADDRESS} sees you at {client}\n"
        else:
            kind = "text/html; charset=utf-8"
            body = PAGE.format(network=NETWORK, colour=COLOUR, address=ADDRESS, client=client)
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        pass


http.server.ThreadingHTTPServer((ADDRESS, 80), Handler).serve_forever()
