"""Makes vectors.jsonl: requests as providers sign them, each by code that shares nothing with ours.

Run by hand where Python has the package `cryptography`; the keys are made from fixed seeds where their kind allows it,
so only the lines of RSA and of its certificate differ from run to run. Rows whose name begins with `documented` are the
providers' own examples.
"""

import base64, datetime, hashlib, hmac, json, pathlib, urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NOW = 1_700_000_000
rows = []


def row(name, scheme, expect="ok", url="https://hooks.example.org/x", headers=None, body=b"", now=NOW, **more):
    body = body if isinstance(body, bytes) else body.encode()
    rows.append({"name": name, "scheme": scheme, "expect": expect, "url": url, "headers": headers or {},
                 "body": body.decode("utf-8"), "now": now * 1000, **more})


def mac(secret, text, algorithm="sha256"):
    text = text if isinstance(text, bytes) else text.encode()
    secret = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(secret, text, algorithm)


def b64(data):
    return base64.b64encode(data).decode()


def jwt(claims, secret, alg="HS256", head=None):
    part = lambda value: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    signed = part(json.dumps(head or {"alg": alg, "typ": "JWT"}).encode()) + "." + part(json.dumps(claims).encode())
    algorithm = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}.get(alg, "sha256")
    return signed + "." + part(mac(secret, signed, algorithm).digest())


BODY = '{"text":"Hallo, Wörld"}'

# Twilio
url = "https://mycompany.com/myapp.php?foo=1&bar=2"
form = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212", "Caller": "+14158675309"}
row("documented twilio", "twilio", url=url, secret="12345", body=urllib.parse.urlencode(form),
    headers={"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="})
sign = lambda url, form, secret="12345": b64(mac(secret, url + "".join(k + v for k, v in sorted(form.items())), "sha1").digest())
row("twilio with its port", "twilio", url=url, secret="12345", body=urllib.parse.urlencode(form),
    headers={"x-twilio-signature": sign(url.replace(".com/", ".com:443/"), form)})
row("twilio without the port of our url", "twilio", url=url.replace(".com/", ".com:8443/"), secret="12345",
    body=urllib.parse.urlencode(form), headers={"x-twilio-signature": sign(url, form)})
row("twilio by GET", "twilio", url="https://h.example.org/t?Body=hi&From=%2B1555", secret="12345",
    headers={"x-twilio-signature": sign("https://h.example.org/t?Body=hi&From=%2B1555", {})})
json_url = "https://h.example.org/t?bodySHA256=" + hashlib.sha256(BODY.encode()).hexdigest()
row("twilio of JSON", "twilio", url=json_url, secret="12345", body=BODY, headers={"x-twilio-signature": sign(json_url, {})})
row("twilio of JSON with another body", "twilio", expect="forged", url=json_url, secret="12345", body=BODY + " ",
    headers={"x-twilio-signature": sign(json_url, {})})
row("twilio with another parameter", "twilio", expect="forged", url=url, secret="12345",
    body=urllib.parse.urlencode({**form, "Digits": "1235"}), headers={"x-twilio-signature": sign(url, form)})
row("twilio with another query", "twilio", expect="forged", url=url + "&baz=3", secret="12345",
    body=urllib.parse.urlencode(form), headers={"x-twilio-signature": sign(url, form)})
# As the wire has them: spaces as plus or as %20, digits of either case, letters that need no code and have one, a name
# that comes twice (its values sorted, each once), names in capitals first, and a value that is empty.
def twilio(url, pairs, secret="12345"):
    values = {}
    for name, value in pairs:
        values.setdefault(name, set()).add(value)
    text = url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    return {"x-twilio-signature": b64(mac(secret, text, "sha1").digest())}

odd = "https://h.example.org/t%20t?a=%c3%a9&b=x+y"
for name, body, pairs in [
    ("spaces and codes", "Body=a+b%20c%2Bd%7e~*!%27%28&To=%2b1", [("Body", "a b c+d~~*!'("), ("To", "+1")]),
    ("letters beyond ASCII", "Body=Gr%C3%BC%C3%9Fe%20%F0%9F%98%80", [("Body", "Grüße 😀")]),
    ("lines", "Body=a%0D%0Ab%0a", [("Body", "a\r\nb\n")]),
    ("a name twice", "Media=b&Media=a&Media=b", [("Media", "a"), ("Media", "b")]),
    ("capitals", "apple=1&Zebra=2&_x=3&Body=4", [("apple", "1"), ("Zebra", "2"), ("_x", "3"), ("Body", "4")]),
    ("what is empty", "Body=&To=1&From&MediaUrl0=", [("Body", ""), ("To", "1"), ("From", ""), ("MediaUrl0", "")]),
    ("signs of its own", "Body=a%26b%3Dc%25", [("Body", "a&b=c%")]),
    ("nothing", "", []),
]:
    row(f"twilio with {name}", "twilio", url=odd, secret="12345", body=body, headers=twilio(odd, pairs))
for bare, port in [("http://h.example.org/t", ":80"), ("https://[2001:db8::1]/t", ":443"), ("https://h.example.org", ":443")]:
    with_port = bare.replace("/t", port + "/t") if bare.endswith("/t") else bare + port
    row(f"twilio with the port of {bare}", "twilio", url=bare, secret="12345", body="Body=x", headers=twilio(with_port, [("Body", "x")]))
    row(f"twilio without the port of {bare}", "twilio", url=with_port, secret="12345", body="Body=x", headers=twilio(bare, [("Body", "x")]))
row("twilio at another port", "twilio", expect="forged", url="https://h.example.org/t", secret="12345", body="Body=x",
    headers=twilio("https://h.example.org:8443/t", [("Body", "x")]))
row("twilio with two digests", "twilio", expect="forged", url=json_url + "&bodySHA256=00", secret="12345", body=BODY + " ",
    headers={"x-twilio-signature": sign(json_url + "&bodySHA256=00", {})})
row("twilio without a signature", "twilio", expect="unsigned", url=url, secret="12345", body="Body=x")
row("twilio with a broken signature", "twilio", expect="malformed", url=url, secret="12345", body="Body=x",
    headers={"x-twilio-signature": "%%%"})

# Meta
for name, given, expect in [("meta", BODY, "ok"), ("meta with another body", BODY + "x", "forged")]:
    row(name, "meta", expect=expect, secret="app", body=BODY, headers={"x-hub-signature-256": "sha256=" + mac("app", given).hexdigest()})
row("meta by another code", "meta", expect="malformed", secret="app", body=BODY, headers={"x-hub-signature-256": mac("app", BODY).hexdigest()})

# Slack
slack = ("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
         "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
         "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c")
headers = {"x-slack-request-timestamp": "1531420618",
           "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"}
row("documented slack", "slack", secret="8f742231b10e8888abcd99yyyzzz85a5", body=slack, headers=headers, now=1531420618)
row("slack at the edge of its window", "slack", secret="8f742231b10e8888abcd99yyyzzz85a5", body=slack, headers=headers, now=1531420618 + 300)
row("slack replayed", "slack", expect="stale", secret="8f742231b10e8888abcd99yyyzzz85a5", body=slack, headers=headers, now=1531420618 + 301)
row("slack with another instant", "slack", expect="forged", secret="8f742231b10e8888abcd99yyyzzz85a5", body=slack,
    headers={**headers, "x-slack-request-timestamp": "1531420619"}, now=1531420618)
row("slack without an instant", "slack", expect="unsigned", secret="x", body=slack, headers={"x-slack-signature": "v0=00"})

# LINE, Viber
row("documented line", "line", secret="channel_secret", body="bodybodybodybody",
    headers={"x-line-signature": "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="})
row("line with another body", "line", expect="forged", secret="channel_secret", body="bodybodybodybodx",
    headers={"x-line-signature": "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k="})
row("viber", "viber", secret="bot", body=BODY, headers={"x-viber-content-signature": mac("bot", BODY).hexdigest()})
row("viber by another secret", "viber", expect="forged", secret="bot", body=BODY,
    headers={"x-viber-content-signature": mac("bott", BODY).hexdigest()})

# Chatwoot, Sinch, Bird, MessageBird
chatwoot = lambda at: {"x-chatwoot-timestamp": str(at), "x-chatwoot-signature": "sha256=" + mac("cw", f"{at}.{BODY}").hexdigest()}
row("chatwoot", "chatwoot", secret="cw", body=BODY, headers=chatwoot(NOW))
row("chatwoot replayed", "chatwoot", expect="stale", secret="cw", body=BODY, headers=chatwoot(NOW - 400))
row("chatwoot from the future", "chatwoot", expect="stale", secret="cw", body=BODY, headers=chatwoot(NOW + 400))
sinch = {"x-sinch-webhook-signature-timestamp": str(NOW), "x-sinch-webhook-signature-nonce": "01FJA8B4A7BM43YGWSG9GBV067",
         "x-sinch-webhook-signature-algorithm": "HmacSHA256"}
sinch["x-sinch-webhook-signature"] = b64(mac("si", f"{BODY}.01FJA8B4A7BM43YGWSG9GBV067.{NOW}").digest())
row("sinch", "sinch", secret="si", body=BODY, headers=sinch)
row("sinch with another nonce", "sinch", expect="forged", secret="si", body=BODY, headers={**sinch, "x-sinch-webhook-signature-nonce": "x"})
old = NOW - 400
row("sinch replayed", "sinch", expect="stale", secret="si", body=BODY, headers={
    **sinch, "x-sinch-webhook-signature-timestamp": str(old),
    "x-sinch-webhook-signature": b64(mac("si", f"{BODY}.01FJA8B4A7BM43YGWSG9GBV067.{old}").digest())})
row("sinch by another way", "sinch", expect="malformed", secret="si", body=BODY, headers={**sinch, "x-sinch-webhook-signature-algorithm": "none"})
bird_url = "https://hooks.example.org/bird?a=1"
bird = mac("bk", f"{NOW}\n{bird_url}\n".encode() + hashlib.sha256(BODY.encode()).digest()).digest()
row("bird", "messagebird", secret="bk", url=bird_url, body=BODY,
    headers={"messagebird-signature": b64(bird), "messagebird-request-timestamp": str(NOW)})
bird_old = mac("bk", f"{old}\n{bird_url}\n".encode() + hashlib.sha256(BODY.encode()).digest()).digest()
row("bird replayed", "messagebird", expect="stale", secret="bk", url=bird_url, body=BODY,
    headers={"messagebird-signature": b64(bird_old), "messagebird-request-timestamp": str(old)})
row("bird at another address", "messagebird", expect="forged", secret="bk", url=bird_url + "2", body=BODY,
    headers={"messagebird-signature": b64(bird), "messagebird-request-timestamp": str(NOW)})
digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
claims = {"iss": "MessageBird", "nbf": NOW, "exp": NOW + 60, "jti": "x", "url_hash": digest(bird_url), "payload_hash": digest(BODY)}
for alg in ["HS256", "HS384", "HS512"]:
    row(f"messagebird by {alg}", "messagebird", secret="mb", url=bird_url, body=BODY, headers={"messagebird-signature-jwt": jwt(claims, "mb", alg)})
token = jwt(claims, "mb")
row("messagebird with another body", "messagebird", expect="forged", secret="mb", url=bird_url, body=BODY + " ", headers={"messagebird-signature-jwt": token})
row("messagebird at another address", "messagebird", expect="forged", secret="mb", url=bird_url + "2", body=BODY, headers={"messagebird-signature-jwt": token})
row("messagebird replayed", "messagebird", expect="stale", secret="mb", url=bird_url, body=BODY, now=NOW + 200, headers={"messagebird-signature-jwt": token})
row("messagebird with an end in words", "messagebird", expect="malformed", secret="mb", url=bird_url, body=BODY,
    headers={"messagebird-signature-jwt": jwt({**claims, "exp": "never"}, "mb")})
row("messagebird without an end", "messagebird", expect="malformed", secret="mb", url=bird_url, body=BODY,
    headers={"messagebird-signature-jwt": jwt({k: v for k, v in claims.items() if k != "exp"}, "mb")})
row("messagebird from somebody else", "messagebird", expect="foreign", secret="mb", url=bird_url, body=BODY,
    headers={"messagebird-signature-jwt": jwt({**claims, "iss": "me"}, "mb")})
row("messagebird unsigned by its own word", "messagebird", expect="malformed", secret="mb", url=bird_url, body=BODY,
    headers={"messagebird-signature-jwt": jwt(claims, "mb", head={"alg": "none"})})

# Plivo
def plivo(url, form, nonce, secret):
    parts = urllib.parse.urlsplit(url)
    query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
    line = "&".join(f"{k}={v}" for k in sorted(query) for v in sorted(query[k]))
    text = f"{parts.scheme}://{parts.netloc}{parts.path}"
    if line or form:
        text += "?" + line
    if line and form:
        text += "."
    text += "".join(k + form[k] for k in sorted(form)) + "." + nonce
    return b64(mac(secret, text).digest())

sms = {"To": "15550199", "From": "15550100", "Text": "Hallo & tschüs", "MessageUUID": "u-1"}
for name, url, form in [("plivo", "https://h.example.org/plivo", sms), ("plivo with a query", "https://h.example.org/plivo?b=2&a=1%20x", sms),
                        ("plivo by GET", "https://h.example.org/plivo?Text=hi&From=1", {})]:
    codes = {"x-plivo-signature-v3-nonce": "05429567804466091622", "x-plivo-signature-v3": "AAAA," + plivo(url, form, "05429567804466091622", "pl")}
    row(name, "plivo", url=url, secret="pl", body=urllib.parse.urlencode(form), headers=codes)
    row(name + " with another nonce", "plivo", expect="forged", url=url, secret="pl", body=urllib.parse.urlencode(form),
        headers={**codes, "x-plivo-signature-v3-nonce": "1"})
twice = [("b", "2"), ("a", "x y"), ("b", "1"), ("c", "")]
line = "&".join(f"{name}={value}" for name, value in sorted(twice))
plain = "".join(name + value for name, value in sorted(twice))
for name, query, body, text in [
    ("names that come twice", "b=2&a=x%20y&b=1&c=", "", "?" + line),
    ("a form whose names come twice", "", "b=2&a=x+y&b=1&c", "?" + plain),
    ("both", "b=2&a=x+y&b=1&c=", "c=&b=2&a=x%20y&b=1", "?" + line + "." + plain),
    ("neither", "", "", ""),
]:
    url = "https://h.example.org/plivo" + ("?" + query if query else "")
    row(f"plivo with {name}", "plivo", url=url, secret="pl", body=body,
        headers={"x-plivo-signature-v3-nonce": "1", "x-plivo-signature-v3": b64(mac("pl", "https://h.example.org/plivo" + text + ".1").digest())})
# Messages are signed in the older way, which says nothing of query and body.
v2 = lambda url, nonce="n-1": b64(mac("pl", url.partition("?")[0] + nonce).digest())
for name, url in [("plivo of version 2", "https://h.example.org/plivo"), ("plivo of version 2 with a query", "https://h.example.org/plivo?Text=hi")]:
    codes = {"x-plivo-signature-v2-nonce": "n-1", "x-plivo-signature-v2": v2(url)}
    row(name, "plivo", url=url, secret="pl", headers=codes)
    row(name + " with another nonce", "plivo", expect="forged", url=url, secret="pl", headers={**codes, "x-plivo-signature-v2-nonce": "n-2"})
    row(name + " without its nonce", "plivo", expect="unsigned", url=url, secret="pl", headers={"x-plivo-signature-v2": v2(url)})
    row(name + " at another address", "plivo", expect="forged", url=url.replace("plivo", "x"), secret="pl", headers=codes)
    row(name + " beside a wrong one of version 3", "plivo", expect="forged", url=url, secret="pl",
        headers={**codes, "x-plivo-signature-v3": "AAAA", "x-plivo-signature-v3-nonce": "n-1"})
row("plivo of a subaccount, by the main account", "plivo", url="https://h.example.org/plivo", secret="pl", body=urllib.parse.urlencode(sms),
    headers={"x-plivo-signature-v3-nonce": "1", "x-plivo-signature-ma-v3": plivo("https://h.example.org/plivo", sms, "1", "pl")})
row("plivo of version 2, by the main account", "plivo", url="https://h.example.org/plivo", secret="pl",
    headers={"x-plivo-signature-v2-nonce": "n-1", "x-plivo-signature-ma-v2": v2("https://h.example.org/plivo")})

# Vonage
sig = {"msisdn": "447700900001", "to": "447700900000", "text": "a=b & c", "timestamp": str(NOW), "nonce": "x", "messageId": "0A"}
line = "".join(f"&{k}={v.replace('&', '_').replace('=', '_')}" for k, v in sorted(sig.items()))
codes = {"md5 hash": hashlib.md5((line + "vo").encode()).hexdigest(), "md5": mac("vo", line, "md5").hexdigest().upper(),
         "sha1": mac("vo", line, "sha1").hexdigest().upper(), "sha256": mac("vo", line).hexdigest().upper(),
         "sha512": mac("vo", line, "sha512").hexdigest().upper()}
for way, code in codes.items():
    signed = {**sig, "sig": code}
    row(f"vonage by GET, {way}", "vonage", secret="vo", url="https://h.example.org/v?" + urllib.parse.urlencode(signed))
    row(f"vonage as a form, {way}", "vonage", secret="vo", body=urllib.parse.urlencode(signed))
    row(f"vonage as JSON, {way}", "vonage", secret="vo", body=json.dumps(signed))
    row(f"vonage with another text, {way}", "vonage", expect="forged", secret="vo", body=urllib.parse.urlencode({**signed, "text": "c"}))
def vonage(form):
    line = "".join(f"&{k}={v.replace('&', '_').replace('=', '_')}" for k, v in sorted(form.items()))
    return urllib.parse.urlencode({**form, "sig": mac("vo", line).hexdigest()})
day = 24 * 60 * 60
row("vonage sent again", "vonage", secret="vo", body=vonage({**sig, "timestamp": str(NOW - day)}))
row("vonage replayed", "vonage", expect="stale", secret="vo", body=vonage({**sig, "timestamp": str(NOW - day - 400)}))
row("vonage from the future", "vonage", expect="stale", secret="vo", body=vonage({**sig, "timestamp": str(NOW + 400)}))
for name in ["a&b", "a=b", "&to"]:
    row(f"vonage with the name {name}, which could be two", "vonage", expect="malformed", secret="vo", body=vonage({**sig, name: "1"}))
row("vonage with two codes", "vonage", expect="unsigned", secret="vo", body=urllib.parse.urlencode(signed) + "&sig=00")
row("vonage with half a code", "vonage", expect="malformed", secret="vo", body=urllib.parse.urlencode({**sig, "sig": "aa"}))
claims = {"iat": NOW, "jti": "x", "iss": "Vonage", "payload_hash": digest(BODY), "api_key": "k"}
bearer = lambda token: {"authorization": "Bearer " + token}
row("vonage by token", "vonage", secret="vo", body=BODY, headers=bearer(jwt(claims, "vo")))
row("vonage by token replayed", "vonage", expect="stale", secret="vo", body=BODY, headers=bearer(jwt({**claims, "iat": NOW - 400}, "vo")))
row("vonage by token from the future", "vonage", expect="stale", secret="vo", body=BODY, headers=bearer(jwt({**claims, "iat": NOW + 400}, "vo")))
row("vonage by token with another body", "vonage", expect="forged", secret="vo", body=BODY + " ", headers=bearer(jwt(claims, "vo")))
row("vonage by a token that has no digest", "vonage", expect="forged", secret="vo", body=BODY, headers=bearer(jwt({"iat": NOW}, "vo")))
row("vonage by a token beside a query", "vonage", expect="malformed", secret="vo", url="https://h.example.org/v?text=x",
    headers=bearer(jwt({**claims, "payload_hash": digest("")}, "vo")))

# Apple
key = b"0123456789abcdef0123456789abcdef"
row("apple", "apple", secret=b64(key), audience="csp-1", body=BODY, headers=bearer(jwt({"aud": "csp-1", "iat": NOW}, key)))
row("apple for several", "apple", secret=b64(key), audience="csp-1", body=BODY, headers=bearer(jwt({"aud": ["a", "csp-1"]}, key)))
row("apple for another", "apple", expect="foreign", secret=b64(key), audience="csp-1", body=BODY, headers=bearer(jwt({"aud": "csp-2"}, key)))
row("apple by another secret", "apple", expect="forged", secret=b64(key), audience="csp-1", body=BODY, headers=bearer(jwt({"aud": "csp-1"}, b"x")))
row("apple replayed", "apple", expect="stale", secret=b64(key), audience="csp-1", body=BODY, headers=bearer(jwt({"aud": "csp-1", "iat": NOW - 400}, key)))
row("apple that has ended", "apple", expect="stale", secret=b64(key), audience="csp-1", body=BODY, headers=bearer(jwt({"aud": "csp-1", "exp": NOW - 100}, key)))
row("apple without a token", "apple", expect="unsigned", secret=b64(key), audience="csp-1", body=BODY)

# Ed25519
private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
telnyx = lambda at: {"telnyx-timestamp": str(at), "telnyx-signature-ed25519": b64(private.sign(f"{at}|{BODY}".encode()))}
row("telnyx", "telnyx", key=b64(public), body=BODY, headers=telnyx(NOW))
row("telnyx replayed", "telnyx", expect="stale", key=b64(public), body=BODY, headers=telnyx(NOW - 400))
row("telnyx with another body", "telnyx", expect="forged", key=b64(public), body=BODY + " ", headers=telnyx(NOW))
discord = {"x-signature-timestamp": str(NOW), "x-signature-ed25519": private.sign(f"{NOW}{BODY}".encode()).hex()}
row("discord", "discord", key=public.hex(), body=BODY, headers=discord)
discord_old = {"x-signature-timestamp": str(old), "x-signature-ed25519": private.sign(f"{old}{BODY}".encode()).hex()}
row("discord replayed", "discord", expect="stale", key=public.hex(), body=BODY, headers=discord_old)
row("discord with another instant", "discord", expect="forged", key=public.hex(), body=BODY, headers={**discord, "x-signature-timestamp": "1"})

# Amazon SNS
signer = rsa.generate_private_key(public_exponent=65537, key_size=2048)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.example")])
begin = datetime.datetime(2020, 1, 1)
certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(signer.public_key()).serial_number(7)
               .not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=36500)).sign(signer, hashes.SHA256()))
pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
bare = signer.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
TOPIC = "arn:aws:sns:us-east-1:123456789012:sms"

stamp = lambda at: datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")

def sns(version="2", members=("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"), **more):
    body = {"Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Message": "{\"originationNumber\":\"+15550100\"}",
            "Timestamp": stamp(NOW), "SignatureVersion": version,
            "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem", **more}
    text = "".join(f"{name}\n{body[name]}\n" for name in members if name in body)
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()
    body["Signature"] = b64(signer.sign(text.encode(), padding.PKCS1v15(), digest))
    return body

CONFIRM = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
ask = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription"}
for name, expect, body in [
    ("sns, version 2", "ok", sns()), ("sns, version 1", "ok", sns("1")), ("sns with a subject", "ok", sns(Subject="s")),
    ("sns that asks to confirm", "ok", sns(members=CONFIRM, **ask)),
    ("sns with another message", "forged", {**sns(), "Message": "x"}),
    ("sns with a subject that is not signed", "forged", {**sns(), "Subject": "x"}),
    ("sns of another topic", "foreign", sns(TopicArn=TOPIC + "2")),
    ("sns signed elsewhere", "foreign", sns(SigningCertURL="https://sns.us-east-1.amazonaws.com.evil.example/x.pem")),
    ("sns of another version", "malformed", {**sns(), "SignatureVersion": "3"}),
    ("sns sent again", "ok", sns(Timestamp=stamp(NOW - 3600))),
    ("sns replayed", "stale", sns(Timestamp=stamp(NOW - 4000))),
    ("sns from the future", "stale", sns(Timestamp=stamp(NOW + 400))),
    ("sns of another year", "stale", sns(Timestamp=stamp(NOW - 366 * day))),
    ("sns with an instant in words", "malformed", sns(Timestamp="yesterday")),
    ("sns without a signature", "unsigned", {k: v for k, v in sns().items() if k != "Signature"}),
]:
    row(name, "sns", expect=expect, pem=pem, topics=[TOPIC], body=json.dumps(body))
secret = signer.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
rows[-1]["signer"] = b64(secret)
row("sns by a bare key", "sns", pem=bare, topics=[TOPIC], body=json.dumps(sns()))

# What is sent along
for scheme, header in [("telegram", "x-telegram-bot-api-secret-token"), ("rocketchat", "x-rocketchat-livechat-token")]:
    row(scheme, scheme, secret="to-ken_1", body=BODY, headers={header: "to-ken_1"})
    row(scheme + " with another token", scheme, expect="forged", secret="to-ken_1", body=BODY, headers={header: "to-ken_"})
    row(scheme + " without a token", scheme, expect="unsigned", secret="to-ken_1", body=BODY)
row("bearer", "bearer", secret="hs", body=BODY, headers={"authorization": "bearer  hs"})
row("bearer in the query", "bearer", secret="hs", body=BODY, url="https://h.example.org/m?access_token=hs")
row("bearer with another token", "bearer", expect="forged", secret="hs", body=BODY, headers={"authorization": "Bearer hs2"})
row("bearer of another scheme", "bearer", expect="malformed", secret="hs", body=BODY, headers={"authorization": "Basic hs"})
row("bearer without a token", "bearer", expect="unsigned", secret="hs", body=BODY)
row("basic", "basic", user="bw", secret="pa:ss", body=BODY, headers={"authorization": "Basic " + b64(b"bw:pa:ss")})
row("basic with another password", "basic", expect="forged", user="bw", secret="pa:ss", body=BODY, headers={"authorization": "Basic " + b64(b"bw:pass")})
row("basic of another user", "basic", expect="forged", user="bw", secret="pa:ss", body=BODY, headers={"authorization": "Basic " + b64(b"bx:pa:ss")})
row("basic without a colon", "basic", expect="malformed", user="bw", secret="x", body=BODY, headers={"authorization": "Basic " + b64(b"bw")})

path = pathlib.Path(__file__).with_name("vectors.jsonl")
path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in rows), encoding="utf-8")
print(len(rows), "rows")
