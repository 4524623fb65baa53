//! Each fault point once: the daemon dies right there, is started again, and goes on.

use crate::support::load::Stage;

#[tokio::test]
async fn killed_before_an_input_is_decoded() {
    dies_at("decode_before:9").await;
}

#[tokio::test]
async fn killed_after_an_input_was_decoded() {
    dies_at("decode_after:9").await;
}

#[tokio::test]
async fn killed_before_an_append() {
    dies_at("append_before:25").await;
}

#[tokio::test]
async fn killed_when_an_append_is_sent() {
    dies_at("append_sent:25").await;
}

#[tokio::test]
async fn killed_when_an_append_is_answered() {
    dies_at("append_answered:25").await;
}

#[tokio::test]
async fn killed_before_an_answer() {
    dies_at("answer_before:12").await;
}

#[tokio::test]
async fn killed_after_an_answer() {
    dies_at("answer_after:12").await;
}

#[tokio::test]
async fn killed_before_a_dead_letter() {
    dies_at("dead_before:2").await;
}

#[tokio::test]
async fn killed_when_a_dead_letter_is_sent() {
    dies_at("dead_sent:2").await;
}

#[tokio::test]
async fn killed_after_a_dead_letter() {
    dies_at("dead_after:2").await;
}

#[tokio::test]
async fn killed_before_a_message_for_a_gateway() {
    dies_at("out_before:4").await;
}

#[tokio::test]
async fn killed_when_a_message_for_a_gateway_is_sent() {
    dies_at("out_sent:4").await;
}

#[tokio::test]
async fn killed_after_a_message_for_a_gateway() {
    dies_at("out_after:4").await;
}

async fn dies_at(fault: &str) {
    let stage = Stage::set().await;
    let mut daemon = stage.home.serve_until(fault);
    let load = stage.load(1).await;
    daemon.dies().await;
    let mut daemon = stage.home.serve();
    load.goes_on(15).await;
    stage.judge(load, &mut daemon, 0).await;
}
