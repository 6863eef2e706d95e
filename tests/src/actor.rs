//! Somebody who uses the service as any client does: by HTTP, with a token or without.

use serde_json::{Value, json};

use crate::Answer;

/// An account of the demo, or a stranger.
#[derive(Clone)]
pub struct Actor {
    pub name: String,
    pub token: Option<String>,
    pub(crate) endpoint: String,
    pub(crate) client: reqwest::Client,
}

impl Actor {
    /// Asks a query, or does whatever the document says.
    pub async fn query(&self, document: &str, variables: Value) -> Answer {
        self.send(&json!({"query": document, "variables": variables}), None).await
    }

    /// The data of a query that nothing refuses.
    pub async fn read(&self, document: &str, variables: Value) -> Value {
        self.query(document, variables).await.data().clone()
    }

    /// Does one mutation, by its name, with its input and what to select of its payload.
    pub async fn act(&self, mutation: &str, input: Value, selection: &str) -> Answer {
        self.act_under(None, mutation, input, selection).await
    }

    /// The same under an `Idempotency-Key`.
    pub async fn act_once(&self, key: &str, mutation: &str, input: Value, selection: &str) -> Answer {
        self.act_under(Some(key), mutation, input, selection).await
    }

    async fn act_under(&self, key: Option<&str>, mutation: &str, input: Value, selection: &str) -> Answer {
        let (first, rest) = mutation.split_at(1);
        let ty = format!("{}{rest}Input", first.to_uppercase());
        let document = format!("mutation($input: {ty}!) {{ {mutation}(input: $input) {{ {selection} }} }}");
        let answer = self.send(&json!({"query": document, "variables": {"input": input}}), key).await;
        Answer { act: Some(mutation.to_owned()), ..answer }
    }

    /// Posts a body as it is.
    ///
    /// # Panics
    /// When nothing answers, or not with JSON.
    pub async fn send(&self, body: &Value, idempotency_key: Option<&str>) -> Answer {
        let mut request = self
            .client
            .post(&self.endpoint)
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json")
            .header("accept-language", "en")
            .body(body.to_string());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.expect("the service answers");
        let status = response.status();
        let text = response.text().await.expect("a whole answer");
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Answer { status, body, act: None }
    }
}
