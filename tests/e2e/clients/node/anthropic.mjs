// Messages by `@anthropic-ai/sdk`.
import Anthropic from "@anthropic-ai/sdk";

import { main } from "./main.mjs";

await main("@anthropic-ai/sdk", (conversation, streamed) => {
  const client = new Anthropic();
  const { tool: name, parameters, system } = conversation;
  const tools = [{ name, input_schema: parameters }];
  const messages = [];

  return {
    user: (text) => messages.push({ role: "user", content: text }),
    result(call, text) {
      messages.push({ role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: text }] });
    },
    async ask() {
      const ask = { model: "claude-sonnet-5", max_tokens: 999, system, tools, messages };
      const message = streamed
        ? await client.messages.stream(ask).finalMessage()
        : await client.messages.create(ask);
      messages.push({ role: "assistant", content: message.content });
      const texts = message.content.filter((block) => block.type === "text");
      const uses = message.content.filter((block) => block.type === "tool_use");
      const calls = uses.map((use) => ({ id: use.id, name: use.name, arguments: use.input }));
      return { text: texts.map((block) => block.text).join(""), calls };
    },
  };
});
