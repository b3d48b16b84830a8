"""The live hub: one WebSocket path beside the pages, in the same process and on the same port.

uvicorn hands the upgraded connection to `wire.Connection`. A note is encoded once and the same
bytes are written to every listener of its lane. What lanes are is banyan.core.hub's business.
"""
