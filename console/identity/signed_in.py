"""Who asks: what routes of the API declare to be for people who have signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from console.identity.cookies import token_of
from console.identity.sign_in import SignIn
from console.identity.users import User


async def user_of_request(request: Request) -> User:
    """Whoever asks. Raises `NotSignedIn`."""
    sign_in: SignIn = request.app.state.sign_in
    return await sign_in.user_of(token_of(request))


#: The application must have `state.sign_in`.
SignedIn = Annotated[User, Depends(user_of_request)]
