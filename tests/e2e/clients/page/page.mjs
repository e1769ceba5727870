// A page that asks a provider of another origin by fetch and reads the answer as it comes, with no package at all.
import { talk } from "./talk.mjs";

const ENDPOINT = "https://eu.api.openai.com/v1/chat/completions";

async function post(body) {
  const headers = { "content-type": "application/json", authorization: "Bearer sk-test" };
  const response = await fetch(ENDPOINT, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

async function* chunks(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (held + value).split("\n");
    held = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data: {")) yield JSON.parse(line.slice("data: ".length));
    }
  }
}

async function gathered(response) {
  const message = { role: "assistant", content: "", tool_calls: [] };
  for await (const chunk of chunks(response)) {
    for (const { delta } of chunk.choices) {
      message.content += delta.content ?? "";
      for (const { index, function: piece, ...call } of delta.tool_calls ?? []) {
        message.tool_calls[index] ??= { ...call, function: { ...piece, arguments: "" } };
        message.tool_calls[index].function.arguments += piece.arguments;
      }
    }
  }
  if (message.tool_calls.length === 0) delete message.tool_calls;
  return message;
}

function start(conversation, streamed) {
  const { tool: name, parameters, system } = conversation;
  const tools = [{ type: "function", function: { name, parameters } }];
  const messages = [{ role: "system", content: system }];

  return {
    user: (text) => messages.push({ role: "user", content: text }),
    result: (call, text) => messages.push({ role: "tool", tool_call_id: call.id, content: text }),
    async ask() {
      const response = await post({ model: "gpt-5.5", messages, tools, stream: streamed });
      const message = streamed ? await gathered(response) : (await response.json()).choices[0].message;
      messages.push(message);
      const calls = (message.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        arguments: JSON.parse(call.function.arguments),
      }));
      return { text: message.content ?? "", calls };
    },
  };
}

async function run() {
  const conversation = await (await fetch("conversation.json")).json();
  if (conversation.refused) return { refusal: await post(conversation.refused).then(() => "", String) };
  return talk(navigator.userAgent, conversation, start);
}

const told = await run().catch((error) => ({ error: `${error} ${error.stack}` }));
await fetch("transcript", { method: "POST", body: JSON.stringify(told) });
