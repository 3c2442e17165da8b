package backlogtest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
)

func userRoutes() []route {
	return []route{
		{"GET", "/users", Read, 200, listUsers},
		{"POST", "/users", Update, 201, postUser},
		{"GET", "/users/myself", Read, 200, func(c *call) (any, error) { return c.space.user(c.user), nil }},
		{"GET", "/users/{user}", Read, 200, getUser},
		{"PATCH", "/users/{user}", Update, 200, patchUser},
		{"DELETE", "/users/{user}", Update, 200, deleteUser},
		{"GET", "/users/{user}/icon", Icon, 200, userIcon},
		{"GET", "/projects/{project}/image", Icon, 200, projectImage},
		{"GET", "/space/image", Icon, 200, spaceImage},
	}
}

func listUsers(c *call) (any, error) {
	if err := c.mayAdmin(); err != nil {
		return nil, err
	}
	present := slices.DeleteFunc(slices.Clone(c.space.Users), func(u *User) bool { return u.Left })
	return listOf(present, c.space.user), nil
}

// userOfPath is the person that the path names.
func (c *call) userOfPath() (*User, error) {
	id, ok := c.wordID("user")
	u := c.space.User(id)
	if !ok || u == nil || u.Left {
		return nil, missing("user")
	}
	return u, nil
}

func getUser(c *call) (any, error) {
	u, err := c.userOfPath()
	if err != nil {
		return nil, err
	}
	return c.space.user(u), nil
}

// fillUser puts in what was sent. A password is taken and forgotten.
func (c *call) fillUser(u *User) error {
	if name := c.params.text("name"); name != "" {
		u.Name = name
	}
	if mail := c.params.text("mailAddress"); mail != "" {
		u.Mail = mail
	}
	u.Role = c.params.between("roleType", 1, 6, u.Role)
	return c.params.err()
}

func postUser(c *call) (any, error) {
	if err := c.mayAdmin(); err != nil {
		return nil, err
	}
	for _, name := range []string{"userId", "password", "name", "mailAddress", "roleType"} {
		c.params.required(name)
	}
	account := c.params.text("userId")
	if slices.ContainsFunc(c.space.Users, func(u *User) bool { return u.Account == account }) {
		c.params.problem("Duplicate entry")
	}
	u := &User{
		ID: c.space.Users[len(c.space.Users)-1].ID + 7, Account: account, Lang: c.space.options.Lang,
		LastLogin: c.space.Now(),
	}
	if err := c.fillUser(u); err != nil {
		return nil, err
	}
	c.space.Users = append(c.space.Users, u)
	return c.space.user(u), nil
}

// userToChange is the person that the path names, if the caller may change them.
func (c *call) userToChange() (*User, error) {
	if err := c.mayAdmin(); err != nil {
		return nil, err
	}
	return c.userOfPath()
}

func patchUser(c *call) (any, error) {
	u, err := c.userToChange()
	if err != nil {
		return nil, err
	}
	changed := *u
	if err := c.fillUser(&changed); err != nil {
		return nil, err
	}
	*u = changed
	c.space.touch()
	return c.space.user(u), nil
}

// deleteUser makes a person leave: who has left stays in the issues.
func deleteUser(c *call) (any, error) {
	u, err := c.userToChange()
	if err != nil {
		return nil, err
	}
	if u == c.user {
		return nil, refuse(InvalidRequestError, "You cannot delete yourself.")
	}
	gone := c.space.user(u)
	u.Left = true
	for _, p := range c.space.Projects {
		p.Members, p.Admins = without(p.Members, u.ID), without(p.Admins, u.ID)
	}
	return gone, nil
}

func userIcon(c *call) (any, error) {
	u, err := c.userOfPath()
	if err != nil {
		return nil, err
	}
	return picture(u.Account, u.ID)
}

func projectImage(c *call) (any, error) {
	p, err := c.projectOfPath()
	if err != nil {
		return nil, err
	}
	return picture(p.Key, p.ID)
}

func spaceImage(c *call) (any, error) { return picture(c.space.Key, c.space.Created) }

// picture is a small PNG of one colour, which the number chooses.
func picture(name string, number int64) (*file, error) {
	square := image.NewPaletted(image.Rect(0, 0, 16, 16), color.Palette{
		color.RGBA{byte(number), byte(number >> 3), byte(number >> 6), 255},
	})
	var out bytes.Buffer
	if err := png.Encode(&out, square); err != nil {
		return nil, err
	}
	return &file{name + ".png", "image/png", out.Bytes()}, nil
}
