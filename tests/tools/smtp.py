"""A relay on loopback for the tests: it takes mail and keeps it, or is one of the relays that one meets.

    smtp.py FOLDER [--port N] [--hang banner|rcpt|data|body] [--delay S] [--greylist] [--cut N] [--refuse ADDRESS]...
            [--defer ADDRESS]... [--answer TEXT] [--tls starttls|implicit --cert FILE --key FILE]
            [--auth USER:PASSWORD] [--echo] [--ascii] [--read]

Prints its port on the first line. Each mail that it has got lies in FOLDER as NUMBER.eml, with its envelope in
NUMBER.json, which is written last; with --read it says there, too, what a mail program reads. It ends when its
standard input does.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--hang", choices=["banner", "rcpt", "data", "body"])
    parser.add_argument("--delay", type=float, default=0, help="seconds before the answer to a body")
    parser.add_argument("--greylist", action="store_true")
    parser.add_argument("--cut", type=int, default=0)
    parser.add_argument("--refuse", action="append", default=[])
    parser.add_argument("--defer", action="append", default=[])
    parser.add_argument("--answer")
    parser.add_argument("--tls", choices=["starttls", "implicit"])
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--auth")
    parser.add_argument("--echo", action="store_true", help="repeat a wrong password")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--read", action="store_true")
    return parser.parse_args()


async def never():
    """An answer that does not come: it ends with its connection."""
    await asyncio.Event().wait()


def read(content):
    """A mail as a program of its receiver shows it: the headers that matter, decoded, and the text."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    names = ["From", "To", "Subject", "Message-ID", "In-Reply-To", "References"]
    headers = {name: str(mail[name]) for name in names if mail[name] is not None}
    text = mail.get_body(("plain",))
    return {"headers": headers, "text": text.get_content() if text else ""}


class Relay:
    """What it does with a mail."""

    def __init__(self, options):
        self.options = options
        self.seen = set()
        self.cuts = options.cut
        self.number = len(list(options.folder.glob("*.json")))

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.options.hang == "rcpt":
            await never()
        if address in self.options.refuse:
            return f"550 5.1.1 <{address}>: no such user"
        if address in self.options.defer:
            return f"452 4.2.2 <{address}>: the mailbox is full"
        triple = (session.peer[0], envelope.mail_from, address)
        if self.options.greylist and triple not in self.seen:
            self.seen.add(triple)
            return "451 4.7.1 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.options.hang == "body":
            await never()
        if self.options.answer:
            return self.options.answer
        self.keep(envelope)
        await asyncio.sleep(self.options.delay)
        if self.cuts > 0:
            self.cuts -= 1
            server.transport.abort()
            await never()
        return f"250 2.0.0 kept as {self.number}"

    def keep(self, envelope):
        self.number += 1
        name = self.options.folder / str(self.number)
        name.with_suffix(".eml").write_bytes(envelope.original_content)
        told = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "options": envelope.mail_options}
        if self.options.read:
            told |= read(envelope.original_content)
        half = name.with_suffix(".half")
        half.write_text(json.dumps(told))
        os.replace(half, name.with_suffix(".json"))


class Dialog(SMTP):
    """One connection; where it hangs before the handler is asked, it hangs here."""

    hang = None

    async def _handle_client(self):
        if self.hang == "banner":
            await never()
        await super()._handle_client()

    async def smtp_DATA(self, arg):
        if self.hang == "data":
            await never()
        await super().smtp_DATA(arg)


def authenticator(wanted, echo):
    def check(server, session, envelope, mechanism, data):
        told = f"{data.login.decode()}:{data.password.decode()}"
        coded = base64.b64encode(told.replace(":", "\0").encode()).decode()
        message = f"535 5.7.8 {told} ({coded}) is wrong" if echo and told != wanted else None
        return AuthResult(success=told == wanted, handled=False, message=message)

    return check


async def main():
    options = arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    starttls = context if options.tls == "starttls" else None
    relay = Relay(options)

    def dialog():
        made = Dialog(
            relay,
            hostname="relay.test",
            enable_SMTPUTF8=not options.ascii,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=options.auth is not None,
            auth_require_tls=False,
            authenticator=authenticator(options.auth, options.echo) if options.auth else None,
            loop=loop,
        )
        made.hang = options.hang
        return made

    implicit = context if options.tls == "implicit" else None
    server = await loop.create_server(dialog, "127.0.0.1", options.port, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    # A connection that hangs would keep an orderly end waiting.
    os._exit(0)


asyncio.run(main())
