"""An SMTP server for tests: aiosmtpd, which writes what happens as JSON lines to standard output.

The first line says where it listens. It lives until its standard input is closed.
"""

import argparse
import asyncio
import base64
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


def say(**event):
    print(json.dumps(event), flush=True)


class Handler:
    def __init__(self, options):
        self.options = options

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        say(event="mail", tls=session.ssl is not None, options=mail_options)
        return self.options.mail_reply or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.options.rcpt_reply:
            return self.options.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.options.hang:
            await asyncio.sleep(3600)
        say(
            event="message",
            peer=session.peer[1],
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            source=base64.b64encode(envelope.original_content).decode(),
        )
        if self.options.drop_after_mail:
            # The client keeps the connection; the server does not.
            asyncio.get_running_loop().call_soon(server.transport.close)
        return self.options.data_reply or "250 kept"


class Server(SMTP):
    """Tells of connections made and lost, too."""

    def connection_made(self, transport):
        say(event="connected")
        super().connection_made(transport)

    def connection_lost(self, error):
        say(event="disconnected")
        super().connection_lost(error)


def authenticate(options):
    def check(server, session, envelope, mechanism, data):
        user, _, password = options.user.partition(":")
        good = (data.login, data.password) == (user.encode(), password.encode())
        # Not handled: the server words the refusal.
        return AuthResult(success=good, handled=False)

    return check


async def serve(options):
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def session():
        return Server(
            Handler(options),
            hostname="localhost",
            enable_SMTPUTF8=options.utf8,
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=authenticate(options) if options.user else None,
            auth_required=bool(options.user),
            auth_require_tls=False,
            timeout=options.idle,
        )

    outer = context if options.tls == "implicit" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=outer)
    say(event="listening", port=server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", choices=["starttls", "implicit"])
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user", help="NAME:PASSWORD; without it, nobody has to log in")
    parser.add_argument("--utf8", action="store_true", help="offer SMTPUTF8")
    parser.add_argument("--hang", action="store_true", help="never answer after the message")
    parser.add_argument("--drop-after-mail", action="store_true", help="close the connection after every message")
    parser.add_argument("--mail-reply")
    parser.add_argument("--rcpt-reply")
    parser.add_argument("--data-reply")
    parser.add_argument("--idle", type=float, default=300, help="seconds after which a silent client is let go")
    options = parser.parse_args()
    # What the tests provoke is no news.
    warnings.simplefilter("ignore")
    logging.getLogger("mail").setLevel(logging.CRITICAL)
    asyncio.run(serve(options))


main()
