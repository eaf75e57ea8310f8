"""The real telephones of this machine, as the settings want them: signalling and media put together."""

from __future__ import annotations

from config.settings import Settings
from config.trunk_settings import TrunkSettings
from ivr.media.plane import MediaPlane
from ivr.ports import AudioSink, Edge
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import AdmissionLimits, EdgeSettings, Telephone, Trunk
from prompts.prompt_library import packaged_audio


def telephones(settings: Settings, on_audio: AudioSink) -> Edge:
    """Not started yet."""
    clips = (settings.prompts_folder, packaged_audio(), packaged_audio().parent)  # people's own recordings come first
    media = MediaPlane(
        settings.sip_address,
        (settings.rtp_first, settings.rtp_last),
        clips,
        on_audio,
        silent_after=settings.media_timeout or None,
        ipv6_address=str(settings.sip_address6 or "::"),
        recording_key=settings.keyring.current,
    )
    return PyVoipEdge(edge_settings(settings), media)


def edge_settings(settings: Settings) -> EdgeSettings:
    """What of the settings concerns SIP."""
    return EdgeSettings(
        address=settings.sip_address,
        port=settings.sip_port,
        public_address=settings.public_address,
        trunks=tuple(_trunk(trunk) for trunk in settings.all_trunks),
        admission=AdmissionLimits(
            calls=settings.maximum_calls,
            rate=settings.maximum_call_rate,
            rate_of_one_source=settings.maximum_call_rate_of_one_source,
            calls_a_minute_of_one_caller=settings.maximum_calls_a_minute_of_one_caller,
        ),
        allowed_sources=tuple(str(network) for network in settings.allowed_sources),
        address6=str(settings.sip_address6) if settings.sip_address6 else None,
        public_address6=str(settings.public_address6) if settings.public_address6 else None,
        telephones=tuple(
            Telephone(each.user, each.password.get_secret_value(), each.number or "") for each in settings.telephones
        ),
        challenged=settings.challenged,
    )


def _trunk(settings: TrunkSettings) -> Trunk:
    return Trunk(
        settings.host,
        settings.port or 0,
        settings.user or "",
        settings.password.get_secret_value() if settings.password else "",
        settings.register_here,
        name=settings.name,
        transport=settings.transport,
        outbound_proxy=settings.outbound_proxy or "",
        caller_identity=settings.caller_identity,
        failover=settings.failover,
    )
