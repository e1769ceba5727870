// Gemini by `@google/genai`; its chat keeps the turns.
import { GoogleGenAI } from "@google/genai";

import { main } from "./main.mjs";

await main("@google/genai", (conversation, streamed) => {
  const { tool: name, parameters, system } = conversation;
  const config = {
    systemInstruction: system,
    tools: [{ functionDeclarations: [{ name, parametersJsonSchema: parameters }] }],
  };
  const chat = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY }).chats.create({ model: "gemini-3.8-flash", config });
  let next;

  return {
    user: (text) => (next = text),
    result: (call, text) => (next = [{ functionResponse: { name: call.name, response: { result: text } } }]),
    async ask() {
      const parts = [];
      const answers = streamed ? await chat.sendMessageStream({ message: next }) : [await chat.sendMessage({ message: next })];
      for await (const answer of answers) parts.push(...(answer.candidates[0].content.parts ?? []));
      const called = parts.filter((part) => part.functionCall).map((part) => part.functionCall);
      const calls = called.map((call) => ({ id: call.id, name: call.name, arguments: call.args }));
      return { text: parts.map((part) => part.text ?? "").join(""), calls };
    },
  };
});
