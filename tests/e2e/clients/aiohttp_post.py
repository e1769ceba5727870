# /// script
# requires-python = ">=3.12"
# dependencies = ["aiohttp==3.14.5"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""One request by aiohttp, which takes a proxy from its environment only where a program asks for that."""

import asyncio
import sys

import aiohttp

BODY = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": sys.argv[1]}]}


async def main() -> None:
    async with (
        aiohttp.ClientSession(trust_env=True) as session,
        session.post("https://api.anthropic.com/v1/messages", json=BODY) as answer,
    ):
        sys.stdout.buffer.write((await answer.json())["content"][0]["text"].encode())


asyncio.run(main())
