"""The telephones of the bench, many on one core, and the two programs that they call: our edge and stock pyVoIP."""
