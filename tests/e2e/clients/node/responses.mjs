// Responses by the `openai` package; what the model said goes back as the items that it came in.
import OpenAI from "openai";

import { main } from "./main.mjs";

await main("openai", (conversation, streamed) => {
  const client = new OpenAI();
  const { tool: name, parameters, system: instructions } = conversation;
  const tools = [{ type: "function", name, parameters, strict: false }];
  const input = [];

  return {
    user: (text) => input.push({ role: "user", content: text }),
    result: (call, text) => input.push({ type: "function_call_output", call_id: call.id, output: text }),
    async ask() {
      const ask = { model: "gpt-5.5", instructions, input, tools };
      const response = streamed
        ? await client.responses.stream(ask).finalResponse()
        : await client.responses.create(ask);
      input.push(...response.output.map(({ parsed_arguments, ...item }) => item));
      const called = response.output.filter((item) => item.type === "function_call");
      const calls = called.map((c) => ({ id: c.call_id, name: c.name, arguments: JSON.parse(c.arguments) }));
      return { text: response.output_text, calls };
    },
  };
});
