// A session's changing requests carry its token, as every form of ours does.
const withToken = async (request) => {
  if (request.method && !["GET", "HEAD"].includes(request.method.toUpperCase()) && !request.headers.Authorization) {
    const me = await fetch("/api/v1/me");
    if (me.ok) request.headers["X-CSRF-Token"] = (await me.json()).csrf ?? "";
  }
  return request;
};
window.addEventListener("load", () =>
  SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#docs", deepLinking: true, requestInterceptor: withToken }),
);
