"""The JSON API, `/api/v1`: a module for each subject. Whose right it is to ask is decided in the services, or in the
route where a list has no service of its own."""

from __future__ import annotations

from fastapi import APIRouter

from console.api.agents import build_agents
from console.api.calls import build_calls
from console.api.cases import build_cases
from console.api.contacts import build_contacts
from console.api.events import build_events
from console.api.figures import build_figures
from console.api.files import build_files
from console.api.house import ApiHouse
from console.api.problems import build_problem_acts, build_problems
from console.api.promises import build_promises
from console.api.queues import build_queues
from console.api.recordings import build_recordings
from console.api.sessions import build_sessions
from console.book.promise_making import PromiseMaking
from console.desk.service import DeskService
from console.identity.sign_in import SignIn


def floor_routers(service: DeskService, sign_in: SignIn) -> tuple[APIRouter, ...]:
    """What every console has: signing in, and the floor."""
    return (build_sessions(sign_in), build_agents(service), build_problem_acts(service))


def book_routers(house: ApiHouse) -> tuple[APIRouter, ...]:
    """What a console over a book has beside that."""
    return (
        build_contacts(house.service),
        build_cases(house.service, house.complaints),
        build_promises(PromiseMaking(house.service, house.windows)),
        build_problems(house.records.book),
        build_calls(house),
        build_recordings(house.records),
        build_queues(house),
        build_files(house.files),
        build_events(house),
        build_figures(house),
    )
