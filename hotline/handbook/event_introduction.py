"""What the handbook's page about events says in prose; `event_docs` adds what the code knows."""

from __future__ import annotations

INTRODUCTION = """\
# Events

Made from the code by `python -m hotline.handbook.event_docs docs/events.md`; do not edit.

Whatever happens is told: to an MQTT broker, to webhooks, and on the API's stream `/api/v1/events`. An event is saved in
the transaction that makes it true and sent afterwards, so that none is told that did not happen, and none is lost while
a receiver is away. Calls never wait for a receiver.

Every event is a [CloudEvent](https://cloudevents.io/) 1.0 in JSON. No event holds a telephone number, an address or a
word that was said; contacts, cases and promises are named by ids that mean something only in this hotline.

- *At least once.* An event may come twice; its `id` is the same each time. Keep the ids of the last hour and drop what
  you have seen.
- *In order for each subject.* Events with the same `subject` come in the order in which they happened. Those of
  different subjects may overtake each other by a little.

## MQTT

Set `HOTLINE_MQTT_URL` to `mqtts://USER:PASSWORD@HOST:8883` (or `mqtt://` on a network you trust). The broker must speak
MQTT 5 (Mosquitto 1.6 and later, EMQX, HiveMQ, RabbitMQ from 3.13 do): in older versions a broker cannot say that it
refuses a message. Further settings:

| setting | meaning |
|---|---|
| `HOTLINE_MQTT_CA` | a PEM file of who signed the broker's certificate; without it the machine's authorities count |
| `HOTLINE_MQTT_CERTIFICATE` | a PEM file of our own certificate, for a broker that wants one |
| `HOTLINE_MQTT_KEY` | a PEM file of its key, without a pass phrase |

An event goes to `hotline/<site>/<noun>/<verb>` with QoS 1, not retained; `<site>` is the hotline file's `site`. To look
on:

```text
mosquitto_sub -h broker.example.net -p 8883 --cafile ca.pem -u wallboard -P … -q 1 -v -t 'hotline/main/promise/#'
```

A subscriber that must not miss events while it is away uses a persistent session:

```text
mosquitto_sub … -q 1 -c -i my-reporting -t 'hotline/main/#'
```

The hotline needs the right to publish below `hotline/<site>/`, and to subscribe to `hotline/<site>/node/status`. In an
ACL file of Mosquitto:

```text
user hotline
topic readwrite hotline/main/#
```

What the broker refuses, as an ACL or a limit of size does, is set aside and stops nobody. An event during which the
broker ends the connection three times is set aside as well. `hotline doctor` tells, `hotline events set-aside` shows
why, and `hotline events send-again` sends them once more after the rule was changed.

## Webhooks

Events are posted to addresses in `hotline.toml`, a table each:

```toml
[[webhooks]]
name = "crm"                                  # what logs call it; where it left off is kept under this name
url = "https://crm.example.net/hotline"       # https, but for addresses of this machine
events = ["promise/*", "case/opened"]         # noun/verb, either of them *; without it, every event
secret = "whsec_…"                            # whsec_ and 24 to 64 random bytes in base64
```

The body is the CloudEvent, `Content-Type: application/cloudevents+json`. It is signed as
[Standard Webhooks](https://www.standardwebhooks.com/) has it: `webhook-id` is the event's id, `webhook-timestamp` the
moment of this try in seconds, and `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 of
`<webhook-id>.<webhook-timestamp>.<body>` under the bytes of the secret. Check it before you believe a word, and refuse
timestamps more than five minutes away.

| answer | what we do |
|---|---|
| 2xx | the event is delivered |
| 410 | nothing more is sent to this webhook; `hotline doctor` tells |
| 400, 413, 422 and other 4xx | the event is tried five times, then set aside as above |
| none within 15 s, 5xx, 3xx, 401, 403, 404, 407, 408, 421, 425, 429 | it is tried again for as long as it takes |

Between tries are 2, 4, 8… seconds up to an hour, less up to a half by chance; `Retry-After` in seconds is respected.
One event is on its way to a webhook at a time, so that order holds; one that is down delays neither others nor MQTT.
A new webhook begins with what happens from then on.

## How long events are kept

`HOTLINE_EVENT_DAYS` (90) days, for the API's stream and queue events. What waits for the broker or a webhook, or is set
aside, stays until it is delivered.
"""

STATES_INTRODUCTION = """\
## How things stand

Retained messages, so that a wallboard has everything the moment it subscribes to `hotline/<site>/state/#`. They are
told when something changed, each at most once a second. Whoever shows them also follows `hotline/<site>/node/status`:
while it says `offline` (told by the broker itself, as our last will, when the hotline is gone) they are out of date.
"""

#: What the `subject` of the events of a noun is.
SUBJECTS = {
    "agent": "the agent's name in the hotline file",
    "call": "the call's id",
    "case": "the case's id",
    "dialling": "the day",
    "hotline-file": "the number of the version",
    "message": "the message's id",
    "problem": "the problem's id",
    "promise": "the promise's id",
    "work": "the call's or the promise's id",
}
