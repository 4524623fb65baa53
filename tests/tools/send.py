"""Sends a mail from standard input to a server on loopback, as any program does: send.py PORT FROM TO..."""

import smtplib
import sys

port, sender, *recipients = sys.argv[1:]
with smtplib.SMTP("127.0.0.1", int(port), local_hostname="client.example.net", timeout=30) as server:
    refused = server.sendmail(sender, recipients, sys.stdin.buffer.read())
    if refused:
        sys.exit(f"refused: {refused}")
