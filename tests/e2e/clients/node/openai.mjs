// Chat completions by the `openai` package.
import OpenAI from "openai";

import { main } from "./main.mjs";

await main("openai", (conversation, streamed) => {
  const client = new OpenAI();
  const { tool: name, parameters, system } = conversation;
  const tools = [{ type: "function", function: { name, parameters } }];
  const messages = [{ role: "system", content: system }];

  async function answer() {
    const ask = { model: "gpt-5.5", messages, tools };
    if (streamed) return client.chat.completions.stream(ask).finalMessage();
    return (await client.chat.completions.create(ask)).choices[0].message;
  }

  return {
    user: (text) => messages.push({ role: "user", content: text }),
    result: (call, text) => messages.push({ role: "tool", tool_call_id: call.id, content: text }),
    async ask() {
      const message = await answer();
      messages.push(message);
      const calls = (message.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        arguments: JSON.parse(call.function.arguments),
      }));
      return { text: message.content ?? "", calls };
    },
  };
});
