use super::*;

#[test]
fn the_header_of_a_login_is_that_of_the_rfc() {
    assert_eq!(server::basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}
