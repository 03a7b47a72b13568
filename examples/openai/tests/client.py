"""Uses the server with OpenAI's own client. `client.py use|fill|leave|lose URL` prints a line for each check."""

import asyncio
import math
import sys

import openai

CHAT = "alice-trigrams"
EMBED = "letter-trigrams"
KEY = "sesame"
# More than any buffer between here and there holds.
ENDLESS = 1_000_000


def client(url, kind=openai.OpenAI, **options):
    options = {"api_key": KEY, "max_retries": 0, "timeout": 60, **options}
    return kind(base_url=url, **options)


def ask(text, **options):
    return {"model": CHAT, "messages": [{"role": "user", "content": text}], "seed": 7, **options}


def said(chunks):
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def raised(kind, call):
    try:
        call()
    except openai.APIStatusError as error:
        assert type(error) is kind, repr(error)
        return error
    raise AssertionError("nothing was raised")


# === use ===


def models_are_listed(url):
    assert [model.id for model in client(url).models.list()] == [CHAT, EMBED]


def a_model_is_found_by_its_name(url):
    model = client(url).models.retrieve(CHAT)
    assert (model.id, model.object) == (CHAT, "model") and model.created > 1_700_000_000


def a_chat_is_answered_with_a_paragraph(url):
    answer = client(url).chat.completions.create(**ask("Alice was"))
    [choice] = answer.choices
    assert choice.message.role == "assistant" and choice.message.content
    assert choice.finish_reason == "stop" and "\n" not in choice.message.content
    usage = answer.usage
    assert usage.prompt_tokens == 2 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert answer.id == f"chatcmpl-{answer._request_id}"


def a_seed_says_the_same_again(url):
    def say(seed):
        answer = client(url).chat.completions.create(**ask("Alice", seed=seed))
        return answer.choices[0].message.content

    assert say(1) == say(1) and len({say(seed) for seed in range(-5, 5)}) > 1


def at_temperature_zero_the_seed_does_not_matter(url):
    def say(seed):
        answer = client(url).chat.completions.create(**ask("Alice", seed=seed, temperature=0))
        return answer.choices[0].message.content

    assert len({say(seed) for seed in range(10)}) == 1


def tokens_are_limited_by_either_name(url):
    for name in "max_tokens", "max_completion_tokens":
        answer = client(url).chat.completions.create(**ask("Alice was", **{name: 3}))
        assert answer.choices[0].finish_reason == "length"
        assert answer.usage.completion_tokens == 3


def a_stream_says_what_a_whole_answer_says(url):
    create = client(url).chat.completions.create
    whole = create(**ask("Alice was"))
    chunks = list(create(**ask("Alice was", stream=True)))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert said(chunks) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:]] == [None, "stop"]
    assert all(chunk.usage is None for chunk in chunks)
    assert len({chunk.id for chunk in chunks}) == 1 and len(chunks) > 3


def a_stream_ends_with_its_usage_if_asked(url):
    create = client(url).chat.completions.create
    whole = create(**ask("Alice was"))
    options = {"include_usage": True}
    *chunks, last = create(**ask("Alice was", stream=True, stream_options=options))
    assert last.choices == [] and last.usage == whole.usage
    assert all(chunk.usage is None for chunk in chunks)


def the_stream_helper_puts_an_answer_together(url):
    whole = client(url).chat.completions.create(**ask("Alice was"))
    with client(url).chat.completions.stream(**ask("Alice was")) as stream:
        events = [event.type for event in stream]
        answer = stream.get_final_completion()
    assert "content.delta" in events and events[-1] == "content.done"
    assert answer.choices[0].message.content == whole.choices[0].message.content
    assert answer.choices[0].message.role == "assistant"


def stop_words_end_an_answer_before_them(url):
    create = client(url).chat.completions.create
    text = create(**ask("Alice was")).choices[0].message.content
    # One that begins in one token and ends in the next.
    middle = text.index(" ", len(text) // 2)
    stop = text[middle - 2 : middle + 3]
    for stops in stop, ["never said", stop]:
        answer = create(**ask("Alice was", stop=stops)).choices[0]
        assert answer.message.content == text[: text.index(stop)], answer
        assert answer.finish_reason == "stop"
        chunks = list(create(**ask("Alice was", stop=stops, stream=True)))
        assert said(chunks) == answer.message.content
        assert chunks[-1].choices[0].finish_reason == "stop"


def a_text_goes_on_over_the_end_of_a_paragraph(url):
    create = client(url).completions.create
    options = {"model": CHAT, "prompt": "Alice was", "seed": 7, "max_tokens": 400}
    whole = create(**options)
    assert "\n" in whole.choices[0].text and whole.choices[0].finish_reason == "length"
    chunks = list(create(**options, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text
    assert chunks[-1].choices[0].finish_reason == "length"


def one_text_is_embedded(url):
    answer = client(url).embeddings.create(model=EMBED, input="A White Rabbit")
    [embedding] = answer.data
    assert math.isclose(math.hypot(*embedding.embedding), 1, rel_tol=1e-5)
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == 3


def many_texts_are_embedded_in_their_order(url):
    create = client(url).embeddings.create
    texts = [f"text number {number}" for number in range(100)]
    answer = create(model=EMBED, input=texts)
    assert [embedding.index for embedding in answer.data] == list(range(100))
    for number in 0, 42, 99:
        alone = create(model=EMBED, input=texts[number])
        assert alone.data[0].embedding == answer.data[number].embedding


def numbers_and_base64_are_the_same_vector(url):
    # The client asks for base64 by itself, and takes it apart.
    [asked, default] = [
        client(url).embeddings.create(model=EMBED, input="Dinah", **options).data[0].embedding
        for options in ({"encoding_format": "float"}, {})
    ]
    assert all(math.isclose(*pair, abs_tol=1e-6) for pair in zip(asked, default, strict=True))


def an_unknown_model_is_not_found(url):
    api = client(url)
    for call in (
        lambda: api.models.retrieve("gpt"),
        lambda: api.chat.completions.create(**ask("Alice", model="gpt")),
        lambda: api.chat.completions.create(**ask("Alice", model=EMBED, stream=True)),
        lambda: api.embeddings.create(model=CHAT, input="Alice"),
    ):
        error = raised(openai.NotFoundError, call)
        assert error.code == "model_not_found" and error.type == "invalid_request_error"


def an_unknown_route_is_not_found(url):
    error = raised(openai.NotFoundError, lambda: client(url).files.list())
    assert error.code == "unknown_url" and "GET /v1/files" in error.message


def a_bad_value_is_a_bad_request_that_names_its_parameter(url):
    create = client(url).chat.completions.create
    for param, value in (
        ("temperature", 3),
        ("max_tokens", 0),
        ("n", 2),
        ("stop", ["a", "b", "c", "d", "e"]),
        ("stop", ""),
        ("top_p", 0.5),
    ):
        call = lambda: create(**ask("Alice", **{param: value}))
        error = raised(openai.BadRequestError, call)
        assert error.param == param and error.type == "invalid_request_error", error
    error = raised(openai.BadRequestError, lambda: client(url).embeddings.create(model=EMBED, input=[]))
    assert error.param == "input"


def a_body_of_another_form_is_a_bad_request(url):
    api = client(url)
    options = {"headers": {"content-type": "application/json"}}
    for content, words in (
        (b"{", "EOF"),
        (b"{}", "missing field `messages`"),
        (b'{"messages": []}', "missing field `model`"),
        (b'{"messages": [{"role": "nobody", "content": ""}]}', "unknown variant `nobody`"),
    ):
        call = lambda: api.post("/chat/completions", cast_to=object, content=content, options=options)
        error = raised(openai.BadRequestError, call)
        assert words in error.message and error.type == "invalid_request_error", error
    error = raised(openai.BadRequestError, lambda: api.embeddings.create(model=EMBED, input=[[1, 2]]))
    assert "a string or a list of strings" in error.message, error


def a_wrong_key_is_an_authentication_error(url):
    api = client(url, api_key="guess")
    for call in (
        lambda: api.models.list(),
        lambda: api.models.retrieve(CHAT),
        lambda: api.chat.completions.create(**ask("Alice")),
        lambda: api.completions.create(model=CHAT, prompt="Alice"),
        lambda: api.embeddings.create(model=EMBED, input="Alice"),
    ):
        assert raised(openai.AuthenticationError, call).code == "invalid_api_key"


def many_streams_at_once_each_say_their_own(url):
    async def stream(api, seed):
        chunks = await api.chat.completions.create(**ask("Alice", seed=seed, stream=True))
        return said([chunk async for chunk in chunks])

    async def all_streams():
        async with client(url, openai.AsyncOpenAI) as api:
            return await asyncio.gather(*(stream(api, seed) for seed in range(32)))

    create = client(url).chat.completions.create
    alone = [create(**ask("Alice", seed=seed)).choices[0].message.content for seed in range(32)]
    assert asyncio.run(all_streams()) == alone


# === fill: the model has one place, and one to wait ===


def who_finds_no_place_is_told_to_come_back(url):
    async def crowd():
        async with client(url, openai.AsyncOpenAI) as api:
            endless = {"model": CHAT, "prompt": "", "max_tokens": ENDLESS, "stream": True}
            ongoing = await api.completions.create(**endless)
            others = [
                asyncio.create_task(api.chat.completions.create(**ask("Alice"))),
                asyncio.create_task(api.chat.completions.create(**ask("Alice", stream=True))),
            ]
            # One of them waits. The other one is refused, whichever came later.
            [refused], [waiting] = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
            error = refused.exception()
            assert type(error) is openai.RateLimitError, repr(error)
            assert error.code == "rate_limit_exceeded" and error.response.headers["retry-after"] == "1"
            await ongoing.close()
            await waiting

    asyncio.run(crowd())


# === leave ===


def a_stream_may_be_left(url):
    api = client(url)
    stream = api.completions.create(model=CHAT, prompt="", max_tokens=ENDLESS, stream=True)
    assert next(stream).choices[0].text
    print("reading", flush=True)
    sys.stdin.readline()
    stream.close()
    print("left", flush=True)
    sys.stdin.readline()
    assert api.chat.completions.create(**ask("Alice")).choices[0].message.content


# === lose: the replica dies while it generates ===


def a_stream_that_is_lost_is_an_api_error(url):
    stream = client(url).completions.create(
        model=CHAT, prompt="", max_tokens=ENDLESS, stream=True
    )
    assert next(stream).choices[0].text
    print("reading", flush=True)
    sys.stdin.readline()
    try:
        for _ in stream:
            pass
    except openai.APIError as error:
        assert type(error) is openai.APIError and error.type == "server_error", repr(error)
        return
    raise AssertionError("the stream came to an end")


CHECKS = {
    "use": [
        models_are_listed,
        a_model_is_found_by_its_name,
        a_chat_is_answered_with_a_paragraph,
        a_seed_says_the_same_again,
        at_temperature_zero_the_seed_does_not_matter,
        tokens_are_limited_by_either_name,
        a_stream_says_what_a_whole_answer_says,
        a_stream_ends_with_its_usage_if_asked,
        the_stream_helper_puts_an_answer_together,
        stop_words_end_an_answer_before_them,
        a_text_goes_on_over_the_end_of_a_paragraph,
        one_text_is_embedded,
        many_texts_are_embedded_in_their_order,
        numbers_and_base64_are_the_same_vector,
        an_unknown_model_is_not_found,
        an_unknown_route_is_not_found,
        a_bad_value_is_a_bad_request_that_names_its_parameter,
        a_body_of_another_form_is_a_bad_request,
        a_wrong_key_is_an_authentication_error,
        many_streams_at_once_each_say_their_own,
    ],
    "fill": [who_finds_no_place_is_told_to_come_back],
    "leave": [a_stream_may_be_left],
    "lose": [a_stream_that_is_lost_is_an_api_error],
}


def main(which, url):
    for check in CHECKS[which]:
        try:
            check(url)
            print(f"{check.__name__}: ok", flush=True)
        except Exception as error:
            print(f"{check.__name__}: {error!r}", flush=True)


main(*sys.argv[1:])
