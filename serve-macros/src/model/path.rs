//! The shape of URL paths: a deployment's prefix, a method's route.

/// `/`, `/api`, `/api/v1`; otherwise what is wrong, as the rest of a sentence about the option.
pub(crate) fn check_prefix(prefix: &str) -> Result<(), String> {
    if !prefix.starts_with('/') {
        return Err(format!("must begin with `/`: \"/{prefix}\""));
    }
    if prefix == "/" {
        return Ok(());
    }
    if prefix.ends_with('/') {
        return Err(format!("must not end with `/`: \"{}\"", prefix.trim_end_matches('/')));
    }
    if prefix.contains(['{', '}', '*']) {
        return Err("is a fixed path; parameters such as `{id}` go in a method's route: `#[get(\"/{id}\")]`".to_owned());
    }
    check_letters(prefix)
}

/// `/`, `/items/{id}`, `/files/{*path}`; otherwise what is wrong, as the rest of a sentence about the route.
pub(crate) fn check_route(route: &str) -> Result<(), String> {
    if !route.starts_with('/') {
        return Err(format!("must begin with `/`: \"/{route}\""));
    }
    check_letters(route)?;
    let segments: Vec<&str> = route[1..].split('/').collect();
    let mut names = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let Some(name) = check_segment(segment)? else {
            continue;
        };
        if name.starts_with('*') && index + 1 < segments.len() {
            return Err(format!(
                "has `{{{name}}}` before its end; a parameter with `*` takes the rest of the path"
            ));
        }
        let name = name.trim_start_matches('*');
        if names.contains(&name) {
            return Err(format!("names the parameter `{name}` twice"));
        }
        names.push(name);
    }
    Ok(())
}

/// The same text for two routes that answer the same paths: parameters' names do not tell routes apart.
pub(crate) fn shape(route: &str) -> String {
    let segments = route.split('/').map(|segment| match segment.as_bytes() {
        [b'{', b'*', ..] => "{*}",
        [b'{', ..] => "{}",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The name of the parameter that a segment is, with its `*`, if it is one.
fn check_segment(segment: &str) -> Result<Option<&str>, String> {
    if let Some(name) = segment.strip_prefix(':') {
        return Err(format!("has `:{name}`; a parameter is written `{{{name}}}`"));
    }
    if let Some(name) = segment.strip_prefix('*') {
        return Err(format!("has `*{name}`; the rest of the path is written `{{*{name}}}`"));
    }
    if !segment.contains(['{', '}']) {
        return Ok(None);
    }
    let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let valid =
        |name: &&str| !name.trim_start_matches('*').is_empty() && !name.contains(['{', '}']);
    match name.filter(valid) {
        Some(name) => Ok(Some(name)),
        None => Err(format!("has `{segment}`; a parameter is a whole segment such as `{{id}}`")),
    }
}

fn check_letters(path: &str) -> Result<(), String> {
    if path.contains("//") {
        return Err("has an empty segment (`//`)".to_owned());
    }
    match path
        .chars()
        .find(|letter| letter.is_whitespace() || letter.is_control() || "?#\\".contains(*letter))
    {
        Some(letter) => Err(format!("must not contain `{}`", letter.escape_default())),
        None => Ok(()),
    }
}
