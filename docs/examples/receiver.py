#!/usr/bin/env python3
"""A receiver of Fivepoint's invitations and reminders: checks the signature, sends each message once.

    WEBHOOK_SECRET=whsec_… PORT=8099 python3 receiver.py keys.db

Replace `deliver` by a call to your SMS platform. Needs nothing but Python 3.
"""
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE = 300  # seconds between their clock and ours
LARGEST = 64 * 1024
KEYS = sqlite3.connect(sys.argv[1])
KEYS.execute("CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY, at INTEGER NOT NULL)")


def deliver(message):
    """Sends one message; an exception means that it is to be tried again."""
    print(json.dumps({"phone": message["recipient"]["phone"], "text": message["text"]}, ensure_ascii=False), flush=True)


def is_genuine(headers, body):
    key, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdigit() or abs(time.time() - int(at)) > TOLERANCE:
        return False
    digest = hmac.new(SECRET, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    right = "v1," + base64.b64encode(digest).decode()
    # Several signatures may stand here, separated by spaces.
    return any(hmac.compare_digest(right.encode(), one.encode()) for one in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if not is_genuine(self.headers, body):
            return self.answer(401)  # Fivepoint pauses and tells the evaluator
        key = self.headers["webhook-id"]
        if KEYS.execute("SELECT 1 FROM done WHERE id = ?", (key,)).fetchone():
            return self.answer(200)  # a repeat: it is sent already
        message = json.loads(body)
        if not message["recipient"]["phone"]:
            return self.answer(422)  # can never be delivered, and is not tried again
        try:
            deliver(message)
        except Exception:
            return self.answer(503)  # comes again later, under the same key
        KEYS.execute("INSERT INTO done VALUES (?, ?)", (key, int(time.time())))
        KEYS.commit()
        return self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing: addresses and numbers do not belong into a log."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8099"))), Receiver)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
