"""The kinds of steps, one module each: `script(talk, step)` holds its part of the conversation."""
